import * as z from 'zod';
import { parseJson } from '../../../model/parse-json.ts';
import type { Item, ItemKey, ItemStore } from '../../../service/ports/item-store.ts';
import { holds } from './condition.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';
import type { WriteLine } from './write-line.ts';

const PAGE = 100;
/** SQLite has no bound for a result; this one stands for "all". */
const ALL = -1;

const AT_ONCE: Pick<WriteLine, 'write'> = { write: async (work) => work() };

/** Items as rows of SQLite, their fields as JSON. Without a line a write fails at once where another program holds the lock. */
export function createSqliteItemStore(
  database: Database,
  { write: waiting }: Pick<WriteLine, 'write'> = AT_ONCE,
): ItemStore {
  /** All of it, or nothing, as soon as no other program holds the lock. */
  const transaction = <T>(work: () => T): Promise<T> => waiting(() => database.transaction(work));
  const find = (key: ItemKey): Item | undefined => {
    const row = database.first('SELECT body FROM items WHERE pk = ? AND sk = ?', ...keyOf(key));
    return row && itemOf(row);
  };
  const write = (item: Item): void => {
    const { kind, name, ttl } = item;
    const isListed = typeof kind === 'string' && typeof name === 'string';
    database.run(
      'INSERT OR REPLACE INTO items (pk, sk, kind, name, ttl, body) VALUES (?, ?, ?, ?, ?, ?)',
      ...keyOf(item),
      isListed ? bytes(kind) : null,
      isListed ? bytes(name) : null,
      typeof ttl === 'number' ? ttl : null,
      JSON.stringify(item),
    );
  };
  return {
    get: async (key) => find(key),
    async getAll(keys) {
      const distinct = new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key]));
      return [...distinct.values()].flatMap((key) => find(key) ?? []);
    },
    put: async (item, condition) =>
      transaction(() => {
        if (!holds(condition === undefined ? undefined : find(item), condition)) return false;
        write(item);
        return true;
      }),
    async update(key, fields) {
      const { pk, sk } = key;
      await transaction(() => write({ ...find(key), ...fields, pk, sk }));
    },
    remove: async (key, condition) =>
      transaction(() => {
        if (!holds(condition === undefined ? undefined : find(key), condition)) return false;
        database.run('DELETE FROM items WHERE pk = ? AND sk = ?', ...keyOf(key));
        return true;
      }),
    async list(kind, { after, limit = PAGE } = {}) {
      const from = after === undefined ? undefined : cursorOf(after, kind);
      if (after !== undefined && from === undefined) return { items: [] };
      const rows = database.all(
        `SELECT body FROM items WHERE kind = ? AND name IS NOT NULL AND (name, pk, sk) > (?, ?, ?)
         ORDER BY name, pk, sk LIMIT ?`,
        bytes(kind),
        bytes(from?.name ?? ''),
        bytes(from?.pk ?? ''),
        bytes(from?.sk ?? ''),
        limit + 1,
      );
      const items = rows.slice(0, limit).map(itemOf);
      const last = items.at(-1);
      return rows.length > limit && last !== undefined ? { items, next: placeOf(last) } : { items };
    },
    async query(pk, { prefix = '', newestFirst = false, limit, after } = {}) {
      const conditions = ['pk = ?'];
      const values: SqlValue[] = [bytes(pk)];
      const also = (condition: string, value: SqlValue): void => {
        conditions.push(condition);
        values.push(value);
      };
      if (prefix !== '') {
        also('sk >= ?', bytes(prefix));
        also('sk < ?', beyond(bytes(prefix)));
      }
      if (after !== undefined) also(newestFirst ? 'sk < ?' : 'sk > ?', bytes(after));
      const rows = database.all(
        `SELECT body FROM items WHERE ${conditions.join(' AND ')} ORDER BY sk ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
        ...values,
        limit ?? ALL,
      );
      return rows.map(itemOf);
    },
    admit: async (key, { member, limit, ttl }) =>
      transaction(() => {
        const set = keyOf(key);
        const counted = database.first(
          'SELECT count(*) AS members, max(member = ?) AS isIn FROM members WHERE pk = ? AND sk = ?',
          bytes(member),
          ...set,
        );
        if (counted?.isIn === 1) return true;
        if (Number(counted?.members ?? 0) >= limit) return false;
        database.run(
          'INSERT INTO members (pk, sk, member, ttl) VALUES (?, ?, ?, ?)',
          ...set,
          bytes(member),
          ttl,
        );
        return true;
      }),
    async admitted(key) {
      const rows = database.all('SELECT member FROM members WHERE pk = ? AND sk = ?', ...keyOf(key));
      return new Set(rows.map(({ member }) => Buffer.from(member as ArrayBuffer).toString('utf8')));
    },
  };
}

/** Removes what may be forgotten, and gives the number of items and of members of sets. */
export function forgetExpired(database: Database, now: number): number {
  const seconds = Math.floor(now / 1_000);
  return database.transaction(
    () =>
      database.run('DELETE FROM items WHERE ttl IS NOT NULL AND ttl < ?', seconds) +
      database.run('DELETE FROM members WHERE ttl < ?', seconds),
  );
}

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const keyOf = ({ pk, sk }: ItemKey): [Buffer, Buffer] => [bytes(pk), bytes(sk)];
const itemOf = ({ body }: SqlRow): Item => JSON.parse(String(body)) as Item;

/** The first key after all that begin so: no byte of UTF-8 is 0xff, so the last one can be one more. */
function beyond(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix);
  const last = next.length - 1;
  next[last] = (next[last] ?? 0) + 1;
  return next;
}

const Place = z.strictObject({ kind: z.string(), name: z.string(), pk: z.string(), sk: z.string() });

const placeOf = ({ kind, name, pk, sk }: Item): string =>
  Buffer.from(JSON.stringify({ kind, name, pk, sk })).toString('base64url');

/** `undefined`: not one of ours, or one of another list. */
function cursorOf(text: string, kind: string): z.infer<typeof Place> | undefined {
  const place = Place.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  return place.success && place.data.kind === kind ? place.data : undefined;
}
