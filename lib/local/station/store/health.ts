/** Whether the station can write to its database. */
import { megabytes } from '../../../model/units.ts';
import { isoTime } from '../../../net/clock.ts';
import type { Database } from './database.ts';

/** `GET /health` needs no token, and each look waits for the disk: whoever asks more often gets the answer of before. */
const LOOK_EVERY_MS = 1_000;

/** A run stores some hundred kB; SQLite writes into its log for a while after there is no room for anything else. */
const LEAST_FREE = 4_000_000;

export interface HealthPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that no setting of the clock moves. */
  readonly elapsed: () => number;
  /** Bytes that may still be written to the disk; absent: nobody looks. */
  readonly free?: () => number;
  /** Called when it can no longer write, and when it can again; not for each look between. */
  readonly changed?: (trouble: string | undefined) => void;
}

/** Gives why it can't write; undefined: it can. */
export function createHealth(
  database: Database,
  { now, elapsed, free, changed = () => undefined }: HealthPorts,
): () => string | undefined {
  let last: { readonly at: number; readonly trouble: string | undefined } | undefined;
  return () => {
    if (last === undefined || elapsed() - last.at >= LOOK_EVERY_MS) {
      const trouble = troubleOf(database, now) ?? roomTrouble(free);
      const was = last?.trouble;
      last = { at: elapsed(), trouble };
      if ((was === undefined) !== (trouble === undefined)) changed(trouble);
    }
    return last.trouble;
  };
}

function roomTrouble(free: (() => number) | undefined): string | undefined {
  try {
    const bytes = free?.() ?? Number.POSITIVE_INFINITY;
    return bytes < LEAST_FREE ? `the disk is full: ${megabytes(bytes)} are free` : undefined;
  } catch {
    // A file system that does not tell.
    return undefined;
  }
}

/** A write, as the next run will need it. */
function troubleOf(database: Database, now: () => number): string | undefined {
  try {
    database.run('INSERT OR REPLACE INTO health (id, looked_at) VALUES (1, ?)', isoTime(now()));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
