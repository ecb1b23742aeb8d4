/**
 * The history of endpoints as files of this machine's user, one for each endpoint: a run of ten thousand reads and
 * writes one after the other and keeps none in memory. Two runs at the same time lose at most the entry of one of them.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, opendir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryStore } from '../engine/compare/history-store.ts';
import { EndpointRecord } from '../engine/history.ts';
import { fileReason } from '../input/request/read-text.ts';
import { parseJson } from '../model/parse-json.ts';
import { visibleJson } from '../report/words/visible.ts';
import { stateDirectory } from './directories.ts';
import { readRegularFile } from './files.ts';

/** A record is a few kB; with 30 runs from 64 vantages it may reach 200 kB. */
const MAX_RECORD_BYTES = 1024 * 1024;
/** Names read from the directory at a time; Node's 32 would cost a thread's turn for each. */
const DIRECTORY_ENTRIES = 1_024;
/** Endpoints kept. Beyond this, those that were not checked for the longest time are removed. */
export const MAX_RECORDS = 20_000;

export const historyDirectory = (env: NodeJS.ProcessEnv): string => join(stateDirectory(env), 'history');

const fileName = (endpoint: string): string =>
  `${createHash('sha256').update(endpoint).digest('hex').slice(0, 32)}.json`;

export function openHistory(directory: string): HistoryStore {
  let ready: Promise<unknown> | undefined;
  return {
    load: (endpoint) => readRecord(join(directory, fileName(endpoint)), endpoint),
    async save(record) {
      const path = join(directory, fileName(record.endpoint));
      const partial = `${path}.${randomBytes(4).toString('hex')}.partial`;
      try {
        ready ??= mkdir(directory, { recursive: true, mode: 0o700 });
        await ready;
        await writeFile(partial, visibleJson(record), { flag: 'wx', mode: 0o600 });
        await rename(partial, path);
        return undefined;
      } catch (error) {
        await rm(partial, { force: true }).catch(() => undefined);
        return `${directory}: ${fileReason(error)}`;
      }
    },
    async *all() {
      for await (const { path } of recordFiles(directory)) {
        const record = await readRecord(path);
        if (record) yield record;
      }
    },
  };
}

/**
 * Removes the endpoints that were not checked for the longest time, and what a killed run left half written. It is called at the end
 * of every run, so it looks at the files themselves only when there are too many.
 */
export async function pruneHistory(directory: string, keep: number = MAX_RECORDS): Promise<void> {
  const records: string[] = [];
  for await (const { path, partial } of recordFiles(directory, true)) {
    if (!partial) records.push(path);
    else if (((await modifiedAt(path)) ?? Number.NaN) < Date.now() - 3_600_000) await forget(path);
  }
  if (records.length <= keep) return;
  const files: { path: string; at: number }[] = [];
  for (const path of records) {
    const at = await modifiedAt(path);
    if (at !== undefined) files.push({ path, at });
  }
  const surplus = files.sort((a, b) => a.at - b.at).slice(0, Math.max(0, files.length - keep));
  for (const { path } of surplus) await forget(path);
}

const forget = (path: string): Promise<void> => rm(path, { force: true }).catch(() => undefined);

/** Epoch ms; `undefined` when the file no longer exists. */
const modifiedAt = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

async function readRecord(path: string, endpoint?: string): Promise<EndpointRecord | undefined> {
  try {
    const text = await readRegularFile(path, MAX_RECORD_BYTES);
    const record = EndpointRecord.safeParse(parseJson(text));
    // One of another version is ignored.
    if (!record.success || (endpoint !== undefined && record.data.endpoint !== endpoint)) return undefined;
    return record.data;
  } catch {
    // None yet: history begins here.
    return undefined;
  }
}

async function* recordFiles(
  directory: string,
  partials = false,
): AsyncGenerator<{ path: string; partial: boolean }> {
  try {
    for await (const { name } of await opendir(directory, { bufferSize: DIRECTORY_ENTRIES })) {
      const partial = name.endsWith('.partial');
      if (/^[0-9a-f]{32}\.json/.test(name) && (partials || !partial))
        yield { path: join(directory, name), partial };
    }
  } catch {
    // No directory: nothing is kept.
  }
}
