/**
 * Which receivers have got an alert, one item each. Written after the receiver has taken an event, so a change that
 * comes again, from the bus or after a part of the receivers failed, goes only to those who have not got it. A notifier that
 * ends between the sending and the writing sends twice: each event carries its id, by which receivers know it.
 */
import { isoTime } from '../../net/clock.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { deliveryKey, deliveryPartition } from './keys.ts';

export interface SentLedger {
  /** Which receivers got it, or refused it permanently. */
  receivers(eventId: string): Promise<ReadonlySet<string>>;
  mark(eventId: string, receiver: string, outcome: 'delivered' | 'refused'): Promise<void>;
}

/** Longer than a dead-letter queue keeps an event that an operator then sends again. */
const KEPT_S = 30 * 86_400;

/** @param now epoch ms */
export function createSentLedger(items: Pick<ItemStore, 'query' | 'put'>, now: () => number): SentLedger {
  return {
    receivers: async (eventId) =>
      new Set((await items.query(deliveryPartition(eventId))).map(({ sk }) => sk)),
    async mark(eventId, receiver, outcome) {
      const at = isoTime(now());
      const ttl = Math.floor(now() / 1_000) + KEPT_S;
      // The first to have sent it is the one on record.
      await items.put({ ...deliveryKey(eventId, receiver), outcome, at, ttl }, { absent: true });
    },
  };
}
