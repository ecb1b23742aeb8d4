/** Data of an older version becomes data of today, after a copy of it was made: all of it, or nothing. */
import { existsSync, statfsSync, statSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeReason } from '../../../input/request/read-text.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { duration, megabytes as mb } from '../../../model/units.ts';
import { isFailure } from '../../../service/runs/failure.ts';
import { copyDatabase } from './copy-database.ts';
import type { Database } from './database.ts';
import { dataVersion, LAST_VERSION, migrate } from './migrations.ts';

export interface UpgradePorts {
  /** Of the database. */
  readonly path: string;
  readonly now: () => number;
  /** One line for whoever starts the station. */
  readonly say: (line: string) => void;
  /** Bytes that may still be written to the disk of a folder. */
  readonly free?: (folder: string) => number;
}

const COPY = /^before-upgrade-\d+\.db(\.partial)?$/;
const KEPT_MS = 30 * 86_400_000;
/** The copy, and as much again for what the upgrade writes; a small database needs some pages in any case. */
const ROOM_FACTOR = 2;
const LEAST_ROOM = 4_000_000;
/** Slow on purpose: a fast disk does ten times as much. */
const BYTES_PER_S = 20_000_000;

export const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** Whether the data is of an older version. Throws `StoreFailed`. */
export function isOlder(database: Database): boolean {
  const version = dataVersion(database);
  return version > 0 && version < LAST_VERSION;
}

/**
 * To be called by whoever holds the folder. Where it fails the data is as it was, and the version of before starts. A process that is
 * killed meanwhile leaves the same: the next one begins again. Never rejects.
 */
export async function upgrade(
  database: Database,
  { path, now, say, free = freeBytes }: UpgradePorts,
): Promise<ParseResult<undefined>> {
  const version = dataVersion(database);
  const copy = join(dirname(path), `before-upgrade-${version}.db`);
  const unchanged =
    'nothing was changed, and the version of before still starts: make room on the disk, then start this one again';
  const size = sizeOf(path) + sizeOf(`${path}-wal`);
  const needed = Math.max(size * ROOM_FACTOR, LEAST_ROOM);
  const room = free(dirname(path));
  if (room < needed)
    return inputError(
      `${path}: to upgrade it ${mb(needed)} must be free on the disk, and ${mb(room)} are: ${unchanged}`,
    );
  say(
    `the data is of version ${version}, this program's is ${LAST_VERSION}: it is copied to ${copy} and upgraded (${mb(size)}, about ${duration(Math.ceil((size * ROOM_FACTOR) / BYTES_PER_S) * 1_000)} at most; ${mb(room)} are free)`,
  );
  const copied = await makeCopy(path, copy);
  if (!copied.ok) return inputError(`${copied.message}: ${unchanged}`);
  try {
    migrate(database, now);
    say(`the data is upgraded; ${copy} is as it was before, and is removed after 30 days`);
    return parsed(undefined);
  } catch (error) {
    if (!isFailure(error, 'StoreFailed')) throw error;
    // The room is needed more than a copy of what is there anyway.
    await rm(copy, { force: true });
    return inputError(`${path}: the upgrade failed: ${error.message}: ${unchanged}`);
  }
}

/** Under its name it is whole. Never rejects. */
async function makeCopy(path: string, copy: string): Promise<ParseResult<undefined>> {
  const partial = `${copy}.partial`;
  try {
    await rm(partial, { force: true });
    const copied = await copyDatabase(path, partial);
    if (copied.ok) await rename(partial, copy);
    else await rm(partial, { force: true });
    return copied;
  } catch (error) {
    return inputError(`${copy}: ${writeReason(error)}`);
  }
}

/** Rejects with errors of the file system. @param now epoch ms */
export async function forgetCopies(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (COPY.test(name) && (await stat(path)).mtimeMs < now - KEPT_MS) await rm(path, { force: true });
  }
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
