/** When the station last looked at the clock, so that its next start knows for how long it was away. */
import { isoTime } from '../../../net/clock.ts';
import type { Database } from '../store/database.ts';

export interface ClockRecord {
  /** Epoch ms; undefined: never. */
  seenAt(): number | undefined;
  see(now: number): void;
  /** How often the clock was put back: a due time that comes once more is then another one. */
  turns(): number;
  turn(now: number): void;
}

/** All throw `StoreFailed`. */
export function createClockRecord(database: Database): ClockRecord {
  const row = () => database.first('SELECT seen_at, turns FROM clock WHERE id = 1');
  return {
    seenAt() {
      const seen = row()?.seen_at;
      return seen === undefined ? undefined : Date.parse(String(seen));
    },
    see: (now) =>
      void database.run(
        `INSERT INTO clock (id, seen_at, turns) VALUES (1, ?, 0)
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`,
        isoTime(now),
      ),
    turns: () => Number(row()?.turns ?? 0),
    turn: (now) =>
      void database.run(
        `INSERT INTO clock (id, seen_at, turns) VALUES (1, ?, 1)
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, turns = turns + 1`,
        isoTime(now),
      ),
  };
}
