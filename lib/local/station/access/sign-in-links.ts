/** Links that sign somebody in once: the one of the machine's owner, and invitations. Their secrets are kept as hashes. */
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { ROLES, type Role } from '../../../service/api/roles.ts';
import { hashOf, isToken, newToken } from '../../../service/state/share-token.ts';
import type { Database } from '../store/database.ts';

export const LINK_KINDS = ['owner', 'invitation'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

const LinkRow = z.object({
  kind: z.enum(LINK_KINDS),
  role: z.enum(ROLES),
  name: z.string().nullable(),
  made_by: z.string(),
  expires_at: z.string(),
  used_at: z.string().nullable(),
});

export interface LinkInfo {
  readonly kind: LinkKind;
  readonly role: Role;
  /** Of an invitation: what the person will be called. */
  readonly name?: string;
  readonly madeBy: string;
  readonly expiresAt: string;
}

/** `gone`: too old, or there never was one. */
export type LinkState =
  | { readonly state: 'open'; readonly link: LinkInfo }
  | { readonly state: 'used' | 'gone' };

export interface NewLink {
  readonly kind: LinkKind;
  readonly role: Role;
  readonly name?: string;
  readonly by: string;
  /** How long it is good. */
  readonly ms: number;
}

export interface SignInLinks {
  /** The secret, which is stored nowhere. */
  make(link: NewLink): string;
  look(secret: string, kind: LinkKind): LinkState;
  /** Once, whoever else tries at the same moment. */
  spend(secret: string, kind: LinkKind): LinkState;
  /** Removes all invitations of this name; false: there was none that is still good. */
  forget(name: string): boolean;
  /** Ends the invitations that this person has made, and that nobody has used yet. */
  endOf(handle: string): void;
}

/** Kept so long after its end, so that its page can say that it was used. */
const REMEMBERED_MS = 7 * 86_400_000;

export function createSignInLinks(database: Database, now: () => number): SignInLinks {
  const look = (secret: string, kind: LinkKind): LinkState => {
    if (!isToken(secret)) return { state: 'gone' };
    const { success, data } = LinkRow.safeParse(
      database.first('SELECT * FROM sign_in_links WHERE sha256 = ? AND kind = ?', hashOf(secret), kind),
    );
    if (!success) return { state: 'gone' };
    if (data.used_at !== null) return { state: 'used' };
    if (Date.parse(data.expires_at) <= now()) return { state: 'gone' };
    return { state: 'open', link: infoOf(data) };
  };
  return {
    make: ({ kind, role, name, by, ms }) =>
      database.transaction(() => {
        database.run('DELETE FROM sign_in_links WHERE expires_at < ?', isoTime(now() - REMEMBERED_MS));
        const secret = newToken();
        database.run(
          `INSERT INTO sign_in_links (sha256, kind, role, name, made_by, made_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          hashOf(secret),
          kind,
          role,
          name ?? null,
          by,
          isoTime(now()),
          isoTime(now() + ms),
        );
        return secret;
      }),
    look,
    forget: (name) =>
      database.transaction(() => {
        const open = database.first(
          'SELECT 1 AS there FROM sign_in_links WHERE name = ? COLLATE NOCASE AND used_at IS NULL AND expires_at > ?',
          name,
          isoTime(now()),
        );
        database.run('DELETE FROM sign_in_links WHERE name = ? COLLATE NOCASE', name);
        return open !== undefined;
      }),
    endOf: (handle) =>
      void database.run(
        `DELETE FROM sign_in_links WHERE used_at IS NULL AND (made_by || '/') LIKE 'station:%/' || ? || '/%'`,
        handle,
      ),
    spend: (secret, kind) =>
      database.transaction(() => {
        const found = look(secret, kind);
        if (found.state === 'open')
          database.run(
            'UPDATE sign_in_links SET used_at = ? WHERE sha256 = ?',
            isoTime(now()),
            hashOf(secret),
          );
        return found;
      }),
  };
}

const infoOf = (row: z.infer<typeof LinkRow>): LinkInfo => ({
  kind: row.kind,
  role: row.role,
  ...(row.name !== null && { name: row.name }),
  madeBy: row.made_by,
  expiresAt: row.expires_at,
});
