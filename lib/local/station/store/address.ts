/** Where the station listens, for commands beside it that print links. */
import type { Database } from './database.ts';

export interface Address {
  get(): string | undefined;
  set(url: string): void;
}

export const createAddress = (database: Database): Address => ({
  get() {
    const url = database.first('SELECT url FROM address WHERE id = 1')?.url;
    return typeof url === 'string' ? url : undefined;
  },
  set: (url) => void database.run('INSERT OR REPLACE INTO address (id, url) VALUES (1, ?)', url),
});
