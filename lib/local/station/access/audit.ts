/** Who did what, when and from where. */
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { printable } from '../../../net/printable.ts';
import type { Database } from '../store/database.ts';

const AuditRow = z.object({
  id: z.int(),
  at: z.string(),
  who: z.string(),
  what: z.string(),
  about: z.string().nullable(),
  client: z.string().nullable(),
  outcome: z.string(),
});

export interface Deed {
  /** `station:ROLE/NAME`; of somebody who is not known: `nobody`. */
  readonly who: string;
  /** An operation of the API, or a word of the sign-in. */
  readonly what: string;
  /** To what: a path, a name; never a secret. */
  readonly about?: string;
  readonly client: string | undefined;
  /** `done`, or the kind of problem. */
  readonly outcome: string;
}

export interface AuditEntry extends Omit<Deed, 'client'> {
  readonly id: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly client?: string;
}

export interface Audit {
  /** @throws `StoreFailed` */
  record(deed: Deed): void;
  /** Newest first. */
  list(asked: { readonly before?: number; readonly limit: number }): readonly AuditEntry[];
  /** What is older goes, and beyond so many the oldest. */
  forgetBefore(at: number): void;
}

const MAX_TEXT = 300;
/** Some 100 MB at most. */
const MOST_ENTRIES = 200_000;

export function createAudit(database: Database, now: () => number): Audit {
  return {
    record({ who, what, about, client, outcome }) {
      database.run(
        'INSERT INTO audit (at, who, what, about, client, outcome) VALUES (?, ?, ?, ?, ?, ?)',
        isoTime(now()),
        printable(who, MAX_TEXT),
        printable(what, MAX_TEXT),
        about === undefined ? null : printable(about, MAX_TEXT),
        client ?? null,
        outcome,
      );
    },
    list: ({ before = Number.MAX_SAFE_INTEGER, limit }) =>
      database.all('SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit).map((row) => {
        const { about, client, ...entry } = AuditRow.parse(row);
        return { ...entry, ...(about !== null && { about }), ...(client !== null && { client }) };
      }),
    forgetBefore(at) {
      database.run('DELETE FROM audit WHERE at < ?', isoTime(at));
      database.run('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?', MOST_ENTRIES);
    },
  };
}
