/** Changes that are to be sent, in the database until each of their receivers has them: no kill of the process loses one. */
import { ChangeEvent } from '../../../model/change-event.ts';
import { parseJson } from '../../../model/parse-json.ts';
import type { Database, SqlRow } from '../store/database.ts';

export interface WaitingChange {
  readonly event: ChangeEvent;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly dueAt: number;
  /** Times that it was sent, and not all receivers took it. */
  readonly tries: number;
}

/** All throw as the database does. */
export interface Outbox {
  /** All of them, or none. One that is in it already, or was, stays as it is. */
  add(events: readonly ChangeEvent[]): void;
  /** Those that nobody has sent to all receivers yet, the next one first; `limit` at most. */
  waiting(limit: number): readonly WaitingChange[];
  postpone(id: string, dueAt: number): void;
  end(id: string, how: 'sent' | 'given-up'): void;
  /** Removes those that ended before that time (milliseconds since 1970). */
  forgetBefore(time: number): void;
}

export function createOutbox(database: Database, now: () => number): Outbox {
  return {
    add(events) {
      database.transaction(() => {
        for (const event of events)
          database.run(
            'INSERT OR IGNORE INTO outbox (event_id, event, added_at, due_at, tries) VALUES (?, ?, ?, ?, 0)',
            event.id,
            JSON.stringify(event),
            now(),
            now(),
          );
      });
    },
    waiting: (limit) =>
      database
        .all('SELECT * FROM outbox WHERE ended_at IS NULL ORDER BY due_at, event_id LIMIT ?', limit)
        .flatMap((row) => waitingOf(row) ?? []),
    postpone(id, dueAt) {
      database.run('UPDATE outbox SET due_at = ?, tries = tries + 1 WHERE event_id = ?', dueAt, id);
    },
    end(id, how) {
      database.run(
        'UPDATE outbox SET ended_at = ?, how = ? WHERE event_id = ? AND ended_at IS NULL',
        now(),
        how,
        id,
      );
    },
    forgetBefore(time) {
      database.run('DELETE FROM outbox WHERE ended_at < ?', time);
    },
  };
}

function waitingOf({ event, added_at, due_at, tries }: SqlRow): WaitingChange | undefined {
  const read = ChangeEvent.safeParse(parseJson(String(event)));
  return read.success
    ? { event: read.data, addedAt: Number(added_at), dueAt: Number(due_at), tries: Number(tries) }
    : undefined;
}
