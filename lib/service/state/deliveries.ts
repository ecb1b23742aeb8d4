/**
 * Which receivers have got an alert, one item each. Written after the receiver has taken an event, so a change that
 * comes again, from the bus or after a part of the receivers failed, goes only to those who have not got it. A notifier that
 * ends between the sending and the writing sends twice: each event carries its id, by which receivers know it.
 */
import type { ChangeEvent } from '../../model/change-event.ts';
import { isoTime } from '../../net/clock.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { deliveryKey, deliveryPartition } from './keys.ts';

export interface SentLedger {
  /** Which receivers got it, or refused it permanently. */
  receivers(eventId: string): Promise<ReadonlySet<string>>;
  mark(eventId: string, receiver: string, outcome: 'delivered' | 'refused'): Promise<void>;
  /**
   * Whether the receiver has been told of the end of an alert that comes after this change: one that was postponed until
   * then would open an incident that nobody closes.
   */
  isLate(receiver: string, change: ChangeEvent): Promise<boolean>;
  /** Remembers the end of an alert, if the change is one. */
  close(receiver: string, change: ChangeEvent): Promise<void>;
}

/** Longer than a dead-letter queue keeps an event that an operator then sends again. */
const KEPT_S = 30 * 86_400;

/** @param now epoch ms */
export function createSentLedger(items: Pick<ItemStore, 'query' | 'put'>, now: () => number): SentLedger {
  const ttl = (): number => Math.floor(now() / 1_000) + KEPT_S;
  const closedAt = async (receiver: string, key: string): Promise<string | undefined> => {
    const ends = await items.query(deliveryPartition(key), { prefix: receiver });
    const at = ends.find(({ sk }) => sk === receiver)?.closedAt;
    return typeof at === 'string' ? at : undefined;
  };
  return {
    receivers: async (eventId) =>
      new Set((await items.query(deliveryPartition(eventId))).map(({ sk }) => sk)),
    async mark(eventId, receiver, outcome) {
      const at = isoTime(now());
      // The first to have sent it is the one on record.
      await items.put({ ...deliveryKey(eventId, receiver), outcome, at, ttl: ttl() }, { absent: true });
    },
    async isLate(receiver, { alert, at }) {
      if (alert === undefined || alert.state === 'closed') return false;
      const end = await closedAt(receiver, alert.key);
      return end !== undefined && Date.parse(end) > Date.parse(at);
    },
    async close(receiver, { alert, at }) {
      if (alert?.state !== 'closed') return;
      const known = await closedAt(receiver, alert.key);
      if (known !== undefined && Date.parse(known) >= Date.parse(at)) return;
      await items.put({ ...deliveryKey(alert.key, receiver), closedAt: at, ttl: ttl() });
    },
  };
}
