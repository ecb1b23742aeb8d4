/** How many runs a requester, a target or a host had within an hour: each run counts once, however often it is reported. */
import { isoTime } from '../../net/clock.ts';
import type { ItemKey, ItemStore } from '../ports/item-store.ts';
import { runCountKey } from './keys.ts';

/** Milliseconds. */
export const HOUR_MS = 3_600_000;

/** What is counted: the runs of one hour of the clock (UTC). */
export interface RunCount {
  readonly key: ItemKey;
  /** Epoch seconds. */
  readonly ttl: number;
}

/** @param at epoch ms within the hour */
export function runCountOf(of: 'requester' | 'target' | 'host', name: string, at: number): RunCount {
  const start = hourOf(at);
  return {
    key: runCountKey(of, name, isoTime(start).slice(0, 13)),
    // Two hours, so that a reader at the end of the hour still finds it.
    ttl: Math.floor((start + 2 * HOUR_MS) / 1_000),
  };
}

/** Start of the hour, epoch ms. */
export const hourOf = (at: number): number => at - (at % HOUR_MS);

/** Whether the count lets this run in; counts nothing. Rejects as the store does. */
export async function hasRoom(
  items: Pick<ItemStore, 'admitted'>,
  { key }: RunCount,
  { member, limit }: { readonly member: string; readonly limit: number },
): Promise<boolean> {
  const members = await items.admitted(key);
  return members.size < limit || members.has(member);
}

/** Counts the run. False: the count is full. Rejects as the store does. */
export const countIn = (
  items: Pick<ItemStore, 'admit'>,
  { key, ttl }: RunCount,
  { member, limit }: { readonly member: string; readonly limit: number },
): Promise<boolean> => items.admit(key, { member, limit, ttl });
