/** Tokens that read the metrics and can do nothing else: they are no tokens of the API, and stand in a table of their own. */
import * as z from 'zod';
import { isoTime } from '../../../net/clock.ts';
import { hashOf, newToken } from '../../../service/state/share-token.ts';
import type { Database } from '../store/database.ts';

const ScrapeRow = z.object({ name: z.string(), expires_at: z.string() });

export interface ScrapeTokens {
  /** The token, which is stored nowhere; undefined: there is one of that name. */
  make(name: string, days: number): string | undefined;
  /** Its name; undefined: it is none, or not any more. */
  find(token: string): string | undefined;
  list(): readonly { readonly name: string; readonly expiresAt: string }[];
  /** False: there is none of that name. */
  revoke(name: string): boolean;
}

const PREFIX = 'ibm_';
const FORM = /^ibm_[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;

export function createScrapeTokens(database: Database, now: () => number): ScrapeTokens {
  return {
    make(name, days) {
      const token = `${PREFIX}${newToken()}`;
      const added = database.run(
        'INSERT OR IGNORE INTO scrape_tokens (name, sha256, expires_at) VALUES (?, ?, ?)',
        name,
        hashOf(token),
        isoTime(now() + days * DAY_MS),
      );
      return added === 1 ? token : undefined;
    },
    find(token) {
      if (!FORM.test(token)) return undefined;
      const row = ScrapeRow.safeParse(
        database.first('SELECT name, expires_at FROM scrape_tokens WHERE sha256 = ?', hashOf(token)),
      );
      return row.success && Date.parse(row.data.expires_at) > now() ? row.data.name : undefined;
    },
    list: () =>
      database.all('SELECT name, expires_at FROM scrape_tokens ORDER BY name').map((row) => {
        const { name, expires_at } = ScrapeRow.parse(row);
        return { name, expiresAt: expires_at };
      }),
    revoke: (name) => database.run('DELETE FROM scrape_tokens WHERE name = ?', name) === 1,
  };
}
