/** Tokens of the API: shown once, and stored as their hash. */
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { ROLES, type Role } from '../../../service/api/roles.ts';
import { hashOf, newToken } from '../../../service/state/share-token.ts';
import type { Database } from '../store/database.ts';

const Token = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  made_at: z.string(),
  expires_at: z.string(),
  used_at: z.string().nullable(),
});

export interface TokenInfo {
  readonly name: string;
  readonly role: Role;
  /** These three ISO 8601 UTC. */
  readonly madeAt: string;
  readonly expiresAt: string;
  /** To the hour; absent: never. */
  readonly usedAt?: string;
}

export interface TokenStore {
  /** The token, which is stored nowhere; undefined: there is one of that name. */
  make(name: string, role: Role, days: number): string | undefined;
  /** Whose it is; undefined: nobody's, or not any more. */
  find(token: string): Pick<TokenInfo, 'name' | 'role'> | undefined;
  list(): readonly TokenInfo[];
  /** False: there is none of that name. */
  revoke(name: string): boolean;
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
    make: (name, role, days) =>
      database.transaction(() => {
        if (database.first('SELECT 1 AS there FROM tokens WHERE name = ?', name) !== undefined)
          return undefined;
        const token = `${PREFIX}${newToken()}`;
        database.run(
          'INSERT INTO tokens (name, role, sha256, made_at, expires_at) VALUES (?, ?, ?, ?, ?)',
          name,
          role,
          hashOf(token),
          isoTime(now()),
          isoTime(now() + days * DAY_MS),
        );
        return token;
      }),
    find(token) {
      if (!FORM.test(token)) return undefined;
      const row = database.first('SELECT * FROM tokens WHERE sha256 = ?', hashOf(token));
      const { success, data } = Token.safeParse(row);
      if (!success || Date.parse(data.expires_at) <= now()) return undefined;
      used(data.name, data.used_at);
      return { name: data.name, role: data.role };
    },
    list: () =>
      database.all('SELECT * FROM tokens ORDER BY name').map((row) => {
        const { name, role, made_at, expires_at, used_at } = Token.parse(row);
        return {
          name,
          role,
          madeAt: made_at,
          expiresAt: expires_at,
          ...(used_at !== null && { usedAt: used_at }),
        };
      }),
    revoke: (name) => database.run('DELETE FROM tokens WHERE name = ?', name) === 1,
  };
}
