/** Who is signed in: a secret in a cookie of the browser, whose hash is kept. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { printable } from '../../../net/printable.ts';
import { ROLES, type Role } from '../../../service/api/roles.ts';
import { hashOf, isToken, newToken } from '../../../service/state/share-token.ts';
import type { Database } from '../store/database.ts';

const SessionRow = z.object({
  id: z.string(),
  person: z.string(),
  role: z.enum(ROLES),
  made_at: z.string(),
  used_at: z.string(),
  expires_at: z.string(),
  client: z.string().nullable(),
  agent: z.string().nullable(),
});

export interface SessionInfo {
  /** Names it in lists; opens nothing. */
  readonly id: string;
  /** The person's handle. */
  readonly person: string;
  /** The role that the person had at sign-in. */
  readonly role: Role;
  /** These three ISO 8601 UTC; `usedAt` to some minutes. */
  readonly madeAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
  readonly client?: string;
  /** What the browser calls itself, printable. */
  readonly agent?: string;
}

/** From where somebody signs in. */
export interface Visitor {
  readonly client: string | undefined;
  readonly agent: string | undefined;
}

export interface SessionStore {
  /** The secret for the cookie: a new one for each sign-in, so that nobody can have set it before. */
  begin(person: string, role: Role, visitor: Visitor): string;
  /** Whose it is; undefined: nobody's, or not any more. */
  find(secret: string): SessionInfo | undefined;
  /** Those that are good, the one used last first. */
  list(person?: string): readonly SessionInfo[];
  /** False: there is none of that id, or it is somebody else's. */
  end(id: string, person?: string): boolean;
  /** Ends all of a person but one; gives their number. */
  endOf(person: string, except?: string): number;
}

/** Not used for so long, it ends; and after the second in any case. */
const IDLE_MS = 8 * 3_600_000;
const LONGEST_MS = 7 * 86_400_000;
/** Each time that it is used would be a write to the disk. */
const NOTE_USE_MS = 300_000;
/** Of one person; the oldest gives way. */
const MOST = 20;
const MAX_AGENT = 200;

export function createSessionStore(database: Database, now: () => number): SessionStore {
  const isOver = ({ used_at, expires_at }: z.infer<typeof SessionRow>): boolean =>
    Date.parse(expires_at) <= now() || Date.parse(used_at) + IDLE_MS <= now();
  const note = ({ id, used_at }: z.infer<typeof SessionRow>): void => {
    if (now() - Date.parse(used_at) < NOTE_USE_MS) return;
    try {
      database.run('UPDATE sessions SET used_at = ? WHERE id = ?', isoTime(now()), id);
    } catch {
      // With a full disk the session is good all the same: what is asked for may only read.
    }
  };
  const forgetOld = (): void => {
    database.run(
      'DELETE FROM sessions WHERE expires_at <= ? OR used_at <= ?',
      isoTime(now()),
      isoTime(now() - IDLE_MS),
    );
  };
  return {
    begin: (person, role, { client, agent }) =>
      database.transaction(() => {
        forgetOld();
        database.run(
          `DELETE FROM sessions WHERE person = ?1 AND id NOT IN
             (SELECT id FROM sessions WHERE person = ?1 ORDER BY used_at DESC LIMIT ${MOST - 1})`,
          person,
        );
        const secret = newToken();
        database.run(
          `INSERT INTO sessions (sha256, id, person, role, made_at, used_at, expires_at, client, agent)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          hashOf(secret),
          randomBytes(8).toString('hex'),
          person,
          role,
          isoTime(now()),
          isoTime(now()),
          isoTime(now() + LONGEST_MS),
          client ?? null,
          agent === undefined ? null : printable(agent, MAX_AGENT),
        );
        return secret;
      }),
    find(secret) {
      if (!isToken(secret)) return undefined;
      const { success, data } = SessionRow.safeParse(
        database.first('SELECT * FROM sessions WHERE sha256 = ?', hashOf(secret)),
      );
      if (!success || isOver(data)) return undefined;
      note(data);
      return infoOf(data);
    },
    list: (person) =>
      (person === undefined
        ? database.all('SELECT * FROM sessions ORDER BY used_at DESC')
        : database.all('SELECT * FROM sessions WHERE person = ? ORDER BY used_at DESC', person)
      )
        .map((row) => SessionRow.parse(row))
        .filter((row) => !isOver(row))
        .map(infoOf),
    end: (id, person) =>
      (person === undefined
        ? database.run('DELETE FROM sessions WHERE id = ?', id)
        : database.run('DELETE FROM sessions WHERE id = ? AND person = ?', id, person)) === 1,
    endOf: (person, except = '') =>
      database.run('DELETE FROM sessions WHERE person = ? AND id <> ?', person, except),
  };
}

const infoOf = (row: z.infer<typeof SessionRow>): SessionInfo => ({
  id: row.id,
  person: row.person,
  role: row.role,
  madeAt: row.made_at,
  usedAt: row.used_at,
  expiresAt: row.expires_at,
  ...(row.client !== null && { client: row.client }),
  ...(row.agent !== null && { agent: row.agent }),
});
