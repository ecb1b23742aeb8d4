/** Whether a registered target may be probed, by what is on record: nothing is looked up, and nothing written. */
import type { ItemStore } from '../ports/item-store.ts';
import { readTarget } from '../state/targets.ts';
import { coverageOf } from './coverage.ts';

/** One host that is covered is enough: the plan leaves out the others, and the report says so. Rejects as the store does. */
export async function standingOnRecord(
  items: Pick<ItemStore, 'get'>,
  target: string,
  now: number,
): Promise<'authorised' | 'not-authorised' | 'not-registered'> {
  const record = await readTarget(items, target);
  if (record === undefined) return 'not-registered';
  return record.hosts.some((host) => coverageOf(record, host, now) !== undefined)
    ? 'authorised'
    : 'not-authorised';
}
