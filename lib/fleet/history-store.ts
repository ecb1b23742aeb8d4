/**
 * The history of a target's endpoints in the fleet's table: `TARGET#name`, `HISTORY#endpoint`, one item each. The record
 * lies in it gzipped: thirty runs of the same state from five vantages are 20 kB of JSON and 1 to 2 kB of item, which is
 * one read and one or two writes a run.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { advance } from '../history/advance.ts';
import { EndpointRecord } from '../model/history.ts';
import type { EndpointReport } from '../model/report.ts';
import type { HistoryStore } from '../ports/history.ts';
import type { ItemKey, ItemStore } from '../ports/item-store.ts';
import { failure } from './failure.ts';
import { fold, unfold } from './folded.ts';
import { isNewer, type RunStart } from './run-order.ts';

const PREFIX = 'HISTORY#';
/** A sort key has at most 1,024 bytes (DynamoDB, quotas). */
const MAX_KEY_BYTES = 1_024;
/** Bytes of a record's JSON; a record that would be larger keeps fewer runs. */
const MAX_RECORD_BYTES = 262_144;
/** Characters of the record in its item, where what a peer shows doesn't compress. */
const MAX_FOLDED = 65_536;
/** Tries to get between two writes of one record; each lost try means that another run has written it. */
const MAX_TRIES = 8;
const DAY_S = 86_400;

export function historyKey(target: string, endpoint: string): ItemKey {
  const sk = `${PREFIX}${endpoint}`;
  return {
    pk: `TARGET#${target}`,
    sk:
      Buffer.byteLength(sk) <= MAX_KEY_BYTES
        ? sk
        : `${PREFIX}sha256:${createHash('sha256').update(endpoint).digest('hex')}`,
  };
}

/** `runId`, `startedAt`: of the last run in it; writes are conditional on them. */
const HistoryItem = z.object({
  sk: z.string(),
  runId: z.string(),
  startedAt: z.string(),
  record: z.string().transform((folded, context) => {
    const record = EndpointRecord.safeParse(parseJson(unfold(folded, MAX_RECORD_BYTES * 2)));
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
    // A newer run has ended already: what was before this one can't be told from the record any more.
    return known === undefined || isNewer(known, run) ? undefined : known.record;
  },
});

/**
 * Takes the record of an endpoint one run further. A run that is older than the last one in it, or the same again,
 * changes nothing.
 */
export async function keepRun(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  report: EndpointReport,
  { runId, startedAt, retentionDays }: RunStart & { readonly retentionDays: number },
): Promise<void> {
  const ttl = Math.floor(Date.parse(startedAt) / 1_000) + retentionDays * DAY_S;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const there = await items.get(historyKey(target, report.id));
    const known = readItem(there, report.id);
    if (known !== undefined && (known.runId === runId || isNewer(known, { runId, startedAt }))) return;
    const { record } = advance(known?.record, report, { id: runId, startedAt });
    const item = { ...historyKey(target, report.id), runId, startedAt, record: folded(record), ttl };
    // What can't be read is written over, if it still is what was read.
    const condition =
      there === undefined
        ? ({ absent: true } as const)
        : { equals: { runId: textOf(there.runId), startedAt: textOf(there.startedAt) } };
    if (await items.put(item, condition)) return;
  }
  throw failure('StoreFailed', `the history of an endpoint changed ${MAX_TRIES} times while it was written`);
}

/** DynamoDB's limit, bytes: a longer one is no place in any list. */
const MAX_SORT_KEY = 1_024;

/** Records that a page of an answer holds, and what they may come to as JSON, bytes: a function answers 6 MB at most. */
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
  const found = await items.query(`TARGET#${target}`, {
    prefix: PREFIX,
    limit: PAGE_RECORDS,
    ...(after?.startsWith(PREFIX) === true && Buffer.byteLength(after) <= MAX_SORT_KEY && { after }),
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

/** What can't be read counts for absent: history starts anew. */
function readItem(item: unknown, endpoint?: string): HistoryItem | undefined {
  const parsed = HistoryItem.safeParse(item);
  return parsed.success && (endpoint === undefined || parsed.data.record.endpoint === endpoint)
    ? parsed.data
    : undefined;
}

/** Whatever a peer shows of itself: as many of the last runs as there is room for. */
function folded(record: EndpointRecord): string {
  for (let { runs } = record; ; runs = runs.slice(Math.ceil(runs.length / 2))) {
    const text = JSON.stringify({ ...record, runs });
    const small = fold(text);
    if (runs.length <= 1 || (text.length <= MAX_RECORD_BYTES && small.length <= MAX_FOLDED)) return small;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
