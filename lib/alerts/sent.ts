/**
 * What was sent already: SENT#event with the receiver. Written after the receiver has taken an event, so a change that
 * comes again, from the bus or after a part of the receivers failed, goes only to those who have not got it. Whoever
 * dies between the sending and the writing sends twice: each event carries its id, by which receivers know it.
 */
import type { ItemStore } from '../ports/item-store.ts';

export interface SentLedger {
  /** Who got it, or refused it for good. */
  receivers(eventId: string): Promise<ReadonlySet<string>>;
  mark(eventId: string, receiver: string, outcome: 'delivered' | 'refused'): Promise<void>;
}

/** Longer than a dead-letter queue keeps an event that somebody then sends again. */
const KEPT_S = 30 * 86_400;

/** @param now epoch ms */
export function createSentLedger(items: Pick<ItemStore, 'query' | 'put'>, now: () => number): SentLedger {
  const partition = (eventId: string): string => `SENT#${eventId}`;
  return {
    receivers: async (eventId) => new Set((await items.query(partition(eventId))).map(({ sk }) => sk)),
    async mark(eventId, receiver, outcome) {
      const at = new Date(now()).toISOString();
      const ttl = Math.floor(now() / 1_000) + KEPT_S;
      // The first to have sent it is the one on record.
      await items.put({ pk: partition(eventId), sk: receiver, outcome, at, ttl }, { absent: true });
    },
  };
}
