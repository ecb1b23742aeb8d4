/** Whether the station can write to its database. */
import { isoTime } from '../../../net/clock.ts';
import type { Database } from './database.ts';

/** `GET /health` needs no token, and each look waits for the disk: whoever asks more often gets the answer of before. */
const LOOK_EVERY_MS = 1_000;

export interface HealthClocks {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that no setting of the clock moves. */
  readonly elapsed: () => number;
}

/** Gives why it can't write; undefined: it can. */
export function createHealth(database: Database, { now, elapsed }: HealthClocks): () => string | undefined {
  let last: { readonly at: number; readonly trouble: string | undefined } | undefined;
  return () => {
    if (last === undefined || elapsed() - last.at >= LOOK_EVERY_MS)
      last = { at: elapsed(), trouble: troubleOf(database, now) };
    return last.trouble;
  };
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
