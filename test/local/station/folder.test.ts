/** What the station does with the folder that it is given, and what it says where that is of no use. */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startStation, withAccess } from '../../../lib/local/station/station.ts';
import { openDatabase } from '../../../lib/local/station/store/database.ts';
import { createHealth } from '../../../lib/local/station/store/health.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import { ownFolder } from '../../../lib/local/station/store/own-folder.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';
import { newDatabase } from './database.ts';
import { newFolder } from './running-station.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const start = (folder: string) =>
  startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer: { publicKey: '', sign: async () => new Uint8Array() },
    allowPrivate: false,
    remindEveryMs: 0,
    telemetry: memoryTelemetry(),
  });

describe.skipIf(process.platform === 'win32')('the folder of a station', () => {
  it('is made for its owner alone, with all that is in it', async () => {
    const folder = join(newFolder(), 'a', 'b');
    await withAccess(folder, ({ tokens }) => tokens.make('ada', 'reader', 1));
    expect(modeOf(folder)).toBe(0o700);
    const started = await start(folder);
    const files = readdirSync(folder).filter((name) => /\.db/.test(name));
    expect(files).toEqual(expect.arrayContaining(['lock.db', 'station.db', 'station.db-wal']));
    expect(files.map((name) => [name, modeOf(join(folder, name))])).toEqual(
      files.map((name) => [name, 0o600]),
    );
    if (started.ok) await started.value.close();
  });

  it('is refused when it has something else in it and is open to others, and stays as it is', () => {
    const folder = join(newFolder(), 'shared');
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(join(folder, 'notes.txt'), '');
    expect(ownFolder(folder)).toEqual({
      ok: false,
      message: expect.stringMatching(/^--data: others may look into .*shared, which is not empty: chmod 700/),
    });
    expect(modeOf(folder)).toBe(0o755);
  });

  it('is closed to others when it is empty', () => {
    const folder = join(newFolder(), 'empty');
    mkdirSync(folder, { mode: 0o755 });
    expect(ownFolder(folder).ok).toBe(true);
    expect(modeOf(folder)).toBe(0o700);
  });
});

it('a station forgets nothing as soon as it starts, when the clock of the machine may still be wrong', async () => {
  const folder = newFolder();
  const key = { pk: 'TTL', sk: 'X' };
  const database = await newDatabase(join(folder, 'station.db'));
  await createSqliteItemStore(database).put({ ...key, ttl: 1 });
  database.close();
  const started = await start(folder);
  if (!started.ok) throw new Error(started.message);
  await started.value.close();
  const after = createSqliteItemStore(await newDatabase(join(folder, 'station.db')));
  expect(await after.get(key)).toEqual({ ...key, ttl: 1 });
});

describe('a station that can’t start', () => {
  it('blames no other station for a lock that it can’t use', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'lock.db'), 'x'.repeat(5_000));
    expect(await start(folder)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^the station can't start: .*lock\.db: file is not a database$/),
    });
  });

  it('says in one line why a token could not be stored', async () => {
    const folder = newFolder();
    await withAccess(folder, () => undefined);
    const opened = await openDatabase(join(folder, 'station.db'));
    if (!opened.ok) throw new Error(opened.why);
    opened.database.execute('DROP TABLE tokens');
    opened.database.close();
    expect(await withAccess(folder, ({ tokens }) => tokens.make('ada', 'reader', 1))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/station\.db: no such table: tokens$/),
    });
  });
});

describe('the health of a station', () => {
  it('is looked at once a second at most, as nobody needs a token to ask', async () => {
    const database = await newDatabase();
    let elapsed = 0;
    const health = createHealth(database, { now: () => 0, elapsed: () => elapsed });
    expect(health()).toBeUndefined();
    database.execute('DROP TABLE health');
    elapsed = 999;
    expect(health()).toBeUndefined();
    elapsed = 1_000;
    expect(health()).toBe('no such table: health');
  });
});

it('a disk that is nearly full is said once, and once again when there is room', async () => {
  const database = await newDatabase();
  const changes: (string | undefined)[] = [];
  let elapsed = 0;
  let free = 5_000_000;
  const health = createHealth(database, {
    now: () => 0,
    elapsed: () => elapsed,
    free: () => free,
    changed: (trouble) => void changes.push(trouble),
  });
  for (const bytes of [5_000_000, 3_000_000, 1_000_000, 5_000_000]) {
    free = bytes;
    health();
    elapsed += 1_000;
  }
  expect(changes).toEqual(['the disk is full: 3.0 MB are free', undefined]);
});
