import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import { ROOT } from '../../cli/run-cli.ts';
import { newDatabase } from './database.ts';

/** Starts the writer, kills it once it has said so many writes, and gives all that it said. */
async function killAfter(path: string, from: number, writes: number): Promise<number[]> {
  const args = ['--import', 'tsx', join(ROOT, 'test/local/station/writer-entry.ts'), path, String(from)];
  const writer = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > writes) writer.kill('SIGKILL');
  });
  const [, signal] = await once(writer, 'close');
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(0, -1).map(Number);
}

test('a writer that is killed at ten points has lost nothing that it was told is written', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'inbound-check-crash-')), 'station.db');
  let next = 0;
  for (const writes of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]) {
    const said = await killAfter(path, next, writes);
    expect(said.length).toBeGreaterThanOrEqual(writes);
    const database = await newDatabase(path);
    expect(database.first('PRAGMA integrity_check')).toMatchObject({ integrity_check: 'ok' });
    const store = createSqliteItemStore(database);
    const there = new Set((await store.query('CRASH')).map(({ n }) => n));
    const members = await store.admitted({ pk: 'CRASH#set', sk: 'X' });
    for (const n of said) expect([there.has(n), members.has(String(n))]).toEqual([true, true]);
    const last = Number((await store.get({ pk: 'CRASH#last', sk: 'X' }))?.n);
    expect(last).toBeGreaterThanOrEqual(said.at(-1) ?? 0);
    // What was written and not said any more may be there too; the next writer begins after it.
    next = Math.max(...[...there].map(Number)) + 1;
    database.close();
  }
});
