/** Tokens of the API: shown once, and stored as their hash. */
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { ROLES, type Role } from '../../../service/api/roles.ts';
import { hashOf, newToken } from '../../../service/state/share-token.ts';
import type { Database } from '../store/database.ts';
import { lowerRole } from './caller.ts';

const Token = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  person: z.string().nullable(),
  made_at: z.string(),
  expires_at: z.string(),
  used_at: z.string().nullable(),
});
const Owned = Token.extend({
  person_role: z.enum(ROLES).nullable(),
  person_kind: z.string().nullable(),
  disabled_at: z.string().nullable(),
});

export interface TokenInfo {
  readonly name: string;
  readonly role: Role;
  /** Handle of whoever made it; absent: made on the machine. */
  readonly person?: string;
  /** These three ISO 8601 UTC. */
  readonly madeAt: string;
  readonly expiresAt: string;
  /** To the hour; absent: never. */
  readonly usedAt?: string;
}

export interface TokenStore {
  /** The token, which is stored nowhere; undefined: there is one of that name. */
  make(name: string, role: Role, days: number, person?: string): string | undefined;
  /**
   * Whose it is, and what it may do; undefined: nobody's, or not any more. One that a person has made may do no more than that
   * person may now, and is named `HANDLE/NAME`.
   */
  find(token: string): Pick<TokenInfo, 'name' | 'role'> | undefined;
  list(person?: string): readonly TokenInfo[];
  /** False: there is none of that name, or it is somebody else's. */
  revoke(name: string, person?: string): boolean;
  revokeOf(person: string): number;
}

/** It says what it is where one is found by mistake, as in a log. */
const PREFIX = 'ibc_';
/** As long as one of ours is; what is longer is not hashed. */
const FORM = /^ibc_[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function createTokenStore(database: Database, now: () => number): TokenStore {
  const used = (name: string, before: string | null): void => {
    if (before !== null && now() - Date.parse(before) < HOUR_MS) return;
    try {
      database.run('UPDATE tokens SET used_at = ? WHERE name = ?', isoTime(now()), name);
    } catch {
      // With a full disk the token is good all the same: what is asked for may only read.
    }
  };
  return {
    make: (name, role, days, person) =>
      database.transaction(() => {
        if (database.first('SELECT 1 AS there FROM tokens WHERE name = ?', name) !== undefined)
          return undefined;
        const token = `${PREFIX}${newToken()}`;
        database.run(
          'INSERT INTO tokens (name, role, sha256, made_at, expires_at, person) VALUES (?, ?, ?, ?, ?, ?)',
          name,
          role,
          hashOf(token),
          isoTime(now()),
          isoTime(now() + days * DAY_MS),
          person ?? null,
        );
        return token;
      }),
    find(token) {
      if (!FORM.test(token)) return undefined;
      const row = database.first(
        `SELECT tokens.*, people.role AS person_role, people.kind AS person_kind, people.disabled_at
         FROM tokens LEFT JOIN people ON people.handle = tokens.person WHERE tokens.sha256 = ?`,
        hashOf(token),
      );
      const { success, data } = Owned.safeParse(row);
      if (!success || Date.parse(data.expires_at) <= now()) return undefined;
      const found = ownerOf(data);
      if (found !== undefined) used(data.name, data.used_at);
      return found;
    },
    list: (person) =>
      (person === undefined
        ? database.all('SELECT * FROM tokens ORDER BY name')
        : database.all('SELECT * FROM tokens WHERE person = ? ORDER BY name', person)
      ).map((row) => infoOf(Token.parse(row))),
    revoke: (name, person) =>
      (person === undefined
        ? database.run('DELETE FROM tokens WHERE name = ?', name)
        : database.run('DELETE FROM tokens WHERE name = ? AND person = ?', name, person)) === 1,
    revokeOf: (person) => database.run('DELETE FROM tokens WHERE person = ?', person),
  };
}

function ownerOf(row: z.infer<typeof Owned>): Pick<TokenInfo, 'name' | 'role'> | undefined {
  const { name, role, person, person_role, person_kind, disabled_at } = row;
  if (person === null) return { name, role };
  if (person_role === null || person_kind === 'removed' || disabled_at !== null) return undefined;
  return { name: `${person}/${name}`, role: lowerRole(role, person_role) };
}

const infoOf = ({ name, role, person, ...row }: z.infer<typeof Token>): TokenInfo => ({
  name,
  role,
  ...(person !== null && { person }),
  madeAt: row.made_at,
  expiresAt: row.expires_at,
  ...(row.used_at !== null && { usedAt: row.used_at }),
});
