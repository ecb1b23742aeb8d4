/** Takes the name of a token's owner out of what the station keeps, where somebody has a right to be forgotten. */
import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

/** Texts in which callers stand, as JSON or as they are. */
const PLACES = [
  ['items', 'body'],
  ['executions', 'input'],
  ['executions', 'cause'],
  ['passages', 'data'],
  ['outbox', 'event'],
  ['audit', 'who'],
  ['audit', 'about'],
  ['people', 'made_by'],
  ['sign_in_links', 'made_by'],
] as const;

/** `station:ROLE/NAME`, and the name's own tokens behind it; not a longer name that begins so. */
const callerOf = (name: string): RegExp =>
  new RegExp(
    String.raw`\b(station:\w+/)${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\p{L}\p{N}_@-]|\.[\p{L}\p{N}])`,
    'gu',
  );

/**
 * Puts a new name that says nothing, the same everywhere, in the place of this one, all of it or nothing. Gives it, or
 * undefined where the name stands nowhere.
 */
export function takeOutName(database: Database, name: string): string | undefined {
  const pattern = callerOf(name);
  const other = `gone-${randomBytes(4).toString('hex')}`;
  let count = 0;
  database.transaction(() => {
    for (const [table, column] of PLACES)
      for (const row of database.all(
        `SELECT rowid AS id, ${column} AS text FROM ${table} WHERE instr(${column}, ?) > 0`,
        `/${name}`,
      )) {
        const text = String(row.text);
        const changed = text.replace(pattern, `$1${other}`);
        if (changed === text) continue;
        database.run(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`, changed, Number(row.id));
        count += 1;
      }
  });
  return count === 0 ? undefined : other;
}
