/**
 * The history of a target’s endpoints, one item each. The record is in it gzipped: thirty runs of the same state from
 * five vantages are 20 kB of JSON and 1 to 2 kB of item, which is one read and one or two writes a run.
 */
import * as z from 'zod';
import { recordAfter } from '../../engine/compare/advance.ts';
import type { HistoryStore } from '../../engine/compare/history-store.ts';
import { EndpointRecord } from '../../engine/history.ts';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem } from './change-item.ts';
import { compress, decompress } from './compressed.ts';
import { HISTORY_PREFIX, historyKey, isSortKey, statePartition } from './keys.ts';
import { isNewer, isSuperseded, type RunStart } from './run-order.ts';
import { expiryAfter } from './ttl.ts';

/** Bytes of a record's JSON; a record that would be larger keeps fewer runs. */
const MAX_RECORD_BYTES = 262_144;
/** Characters of the record in its item, where what a peer shows doesn't compress. */
const MAX_COMPRESSED = 65_536;

/** `runId`, `startedAt`: of the last run in it; writes are conditional on them. */
const HistoryItem = z.object({
  sk: z.string(),
  runId: z.string(),
  startedAt: z.string(),
  record: z.string().transform((compressed, context) => {
    const record = EndpointRecord.safeParse(parseJson(decompress(compressed, MAX_RECORD_BYTES * 2)));
    if (record.success) return record.data;
    context.addIssue('is no record');
    return z.NEVER;
  }),
});
type HistoryItem = z.infer<typeof HistoryItem>;

/** The record as it was before a run, whatever a newer run has made of it since. */
export type PastRecords = Pick<HistoryStore, 'load'>;

/** What a run's report is to say of the runs before it. Rejects as the items do. */
export const recordsBefore = (items: Pick<ItemStore, 'get'>, target: string, run: RunStart): PastRecords => ({
  async load(endpoint) {
    const known = await read(items, target, endpoint);
    // A newer run has ended already: the record no longer shows what was before this one.
    return known === undefined || isNewer(known, run) ? undefined : known.record;
  },
});

/**
 * Adds a run to the record of an endpoint. A run that is older than the last one in it, or the same again,
 * changes nothing. `busy`: others wrote all the time. Rejects as the store does.
 */
export const keepRun = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  report: EndpointReport,
  run: RunStart & {
    readonly retentionDays: number;
    /** `isSuperseded`. */
    readonly now?: number;
  },
): Promise<'kept' | 'known' | 'busy'> =>
  changeItem(items, historyKey(target, report.id), { marks: ['runId', 'startedAt'] }, (there) => {
    const { runId, startedAt, retentionDays, now } = run;
    const known = readItem(there, report.id);
    if (known !== undefined && (known.runId === runId || isSuperseded(run, known, now)))
      return { outcome: 'known' };
    const record = recordAfter(known?.record, report, { id: runId, startedAt });
    const ttl = expiryAfter(retentionDays, startedAt);
    return { outcome: 'kept', write: { runId, startedAt, record: compressed(record), ttl } };
  });

/** Records that a page of an answer holds, and their size as JSON at most, bytes: a function answers 6 MB at most. */
const PAGE_RECORDS = 100;
const PAGE_BYTES = 3_000_000;

export interface HistoryPage {
  readonly records: readonly EndpointRecord[];
  /** To go on with; absent: that was all. */
  readonly next?: string;
}

/** The records of a target by endpoint. `after`: a page's `next`. */
export async function historyPage(
  items: Pick<ItemStore, 'query'>,
  target: string,
  after?: string,
): Promise<HistoryPage> {
  const found = await items.query(statePartition(target), {
    prefix: HISTORY_PREFIX,
    limit: PAGE_RECORDS,
    ...(after?.startsWith(HISTORY_PREFIX) === true && isSortKey(after) && { after }),
  });
  const records: EndpointRecord[] = [];
  let bytes = 0;
  for (const [index, item] of found.entries()) {
    const record = readItem(item)?.record;
    bytes += record === undefined ? 0 : Buffer.byteLength(JSON.stringify(record));
    const before = found[index - 1];
    if (bytes > PAGE_BYTES && before !== undefined) return { records, next: before.sk };
    if (record !== undefined) records.push(record);
  }
  const last = found.at(-1);
  return found.length < PAGE_RECORDS || last === undefined ? { records } : { records, next: last.sk };
}

/** The record of one endpoint. */
export const historyOf = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
  endpoint: string,
): Promise<EndpointRecord | undefined> => (await read(items, target, endpoint))?.record;

const read = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
  endpoint: string,
): Promise<HistoryItem | undefined> => readItem(await items.get(historyKey(target, endpoint)), endpoint);

/** What can't be read counts for absent: history starts again. */
function readItem(item: unknown, endpoint?: string): HistoryItem | undefined {
  const parsed = HistoryItem.safeParse(item);
  return parsed.success && (endpoint === undefined || parsed.data.record.endpoint === endpoint)
    ? parsed.data
    : undefined;
}

/** Whatever a peer shows of itself: as many of the last runs as there is room for. */
function compressed(record: EndpointRecord): string {
  for (let { runs } = record; ; runs = runs.slice(Math.ceil(runs.length / 2))) {
    const text = JSON.stringify({ ...record, runs });
    const small = compress(text);
    if (runs.length <= 1 || (text.length <= MAX_RECORD_BYTES && small.length <= MAX_COMPRESSED)) return small;
  }
}
