/**
 * Writes that wait for the disk beside the work, not in its place: a commit goes to the log of SQLite at once, and whoever
 * has to know that it survives a loss of power waits for `onDisk`, many for one sync. SQLite's own sync after each commit
 * would hold up everybody: 4 ms in the middle and 70 at times, forty times for a run (docs/bench.md).
 *
 * The log is in order: what is lost with the power is the end of it, which nobody was told of.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { failure } from '../../../service/runs/failure.ts';
import type { Database } from './database.ts';
import type { WriteLine } from './write-line.ts';

export interface DurableDatabase extends Database {
  /** When all that was written until now is on the disk. Rejects with `StoreFailed`. */
  onDisk(): Promise<void>;
}

/** @param path of the database, which is in WAL mode */
export function createDurable(database: Database, path: string): DurableDatabase {
  // The log is still synced before it is put into the database: what the database holds is whole.
  database.execute('PRAGMA synchronous = NORMAL');
  let written = 0;
  let synced = 0;
  let syncing: Promise<void> | undefined;
  let log: FileHandle | undefined;
  const sync = async (): Promise<void> => {
    const upTo = written;
    try {
      // SQLite has no locks on this file that opening it could end.
      log ??= await open(`${path}-wal`, 'r+');
      await log.datasync();
    } catch (error) {
      throw failure('StoreFailed', `sync: ${error instanceof Error ? error.message : String(error)}`, error);
    }
    synced = upTo;
  };
  const counted = <T>(work: () => T): T => {
    written += 1;
    return work();
  };
  return {
    ...database,
    execute: (sql) => counted(() => database.execute(sql)),
    run: (sql, ...values) => counted(() => database.run(sql, ...values)),
    transaction: (work) => counted(() => database.transaction(work)),
    async onDisk() {
      const wanted = written;
      while (synced < wanted) {
        syncing ??= sync().finally(() => {
          syncing = undefined;
        });
        await syncing;
      }
    },
    close() {
      database.close();
      void log?.close().catch(() => undefined);
    },
  };
}

/** A line whose writes are over when they are on the disk. */
export const onDisk = (
  { write }: Pick<WriteLine, 'write'>,
  database: Pick<DurableDatabase, 'onDisk'>,
): Pick<WriteLine, 'write'> => ({
  async write(work) {
    const written = await write(work);
    await database.onDisk();
    return written;
  },
});
