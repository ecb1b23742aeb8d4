/** A folder that an older version has written, and the version of today. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startStation, withAccess } from '../../../lib/local/station/station.ts';
import { type Database, openDatabase } from '../../../lib/local/station/store/database.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import {
  dataVersion,
  LAST_VERSION,
  MIGRATIONS,
  migrate,
} from '../../../lib/local/station/store/migrations.ts';
import { forgetCopies, type UpgradePorts, upgrade } from '../../../lib/local/station/store/upgrade.ts';
import { ROOT } from '../../cli/run-cli.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';
import { newFolder } from './running-station.ts';

/** Two steps are to be made. */
const OLD = LAST_VERSION - 2;
const older = MIGRATIONS.slice(0, OLD);
const KEY = { pk: 'A', sk: 'B' };

async function open(path: string): Promise<Database> {
  const opened = await openDatabase(path);
  if (!opened.ok) throw new Error(opened.why);
  return opened.database;
}

async function oldFolder(): Promise<{ readonly folder: string; readonly path: string }> {
  const folder = newFolder();
  const path = join(folder, 'station.db');
  const database = await open(path);
  migrate(database, Date.now, older);
  await createSqliteItemStore(database).put({ ...KEY, value: 'kept' });
  database.close();
  return { folder, path };
}

/** What the version of before does at its start, and then with its data. */
async function startsWithOld(path: string): Promise<void> {
  const database = await open(path);
  migrate(database, Date.now, older);
  expect(database.first('PRAGMA integrity_check')).toMatchObject({ integrity_check: 'ok' });
  const items = createSqliteItemStore(database);
  expect(await items.get(KEY)).toMatchObject({ value: 'kept' });
  await items.put({ pk: 'C', sk: 'D' });
  database.close();
}

const start = (folder: string, said: string[]) =>
  startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer: { publicKey: '', sign: async () => new Uint8Array() },
    allowPrivate: false,
    telemetry: memoryTelemetry(),
    say: (line) => void said.push(line),
  });

describe('data of an older version', () => {
  it('is copied and upgraded at the start of the station, which says so before and after', async () => {
    const { folder, path } = await oldFolder();
    const said: string[] = [];
    const started = await start(folder, said);
    if (!started.ok) throw new Error(started.message);
    await started.value.close();
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(
          `^the data is of version ${OLD}, this program's is ${LAST_VERSION}: it is copied to .*before-upgrade-${OLD}\\.db and upgraded \\(0\\.\\d MB, about 1\\.00 s at most; \\d+\\.\\d MB are free\\)$`,
        ),
      ),
      expect.stringMatching(/^the data is upgraded; .* is removed after 30 days$/),
    ]);
    const database = await open(path);
    expect(dataVersion(database)).toBe(LAST_VERSION);
    expect(await createSqliteItemStore(database).get(KEY)).toMatchObject({ value: 'kept' });
    database.close();
    const copy = join(folder, `before-upgrade-${OLD}.db`);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    // As docs/station.md says: the copy in the place of the database is the data of before.
    copyFileSync(copy, join(folder, 'back.db'));
    await startsWithOld(join(folder, 'back.db'));
  });

  it('is upgraded by no command beside a station that may run', async () => {
    const { folder, path } = await oldFolder();
    expect(await withAccess(folder, ({ tokens }) => tokens.list())).toMatchObject({
      ok: false,
      message: expect.stringMatching(/the data is of an older version: inbound-check serve upgrades it/),
    });
    await startsWithOld(path);
  });

  it('is as it was after a kill at each step, and is upgraded by the next start', async () => {
    const { folder, path } = await oldFolder();
    const kill = (at: number) => {
      const args = ['--import', 'tsx', join(ROOT, 'test/local/station/upgrade-entry.ts'), path, String(at)];
      return spawnSync(process.execPath, args, { cwd: ROOT }).signal;
    };
    // PRAGMA, the table of migrations, and of each step its statements and its mark.
    for (const at of [0, 1, 2, 3, 4, 5]) {
      expect([at, kill(at)]).toEqual([at, 'SIGKILL']);
      await startsWithOld(path);
    }
    // A copy that was begun and not ended is made anew.
    writeFileSync(join(folder, `before-upgrade-${OLD}.db.partial`), 'half');
    const started = await start(folder, []);
    expect(started.ok).toBe(true);
    if (started.ok) await started.value.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('before'))).toEqual([
      `before-upgrade-${OLD}.db`,
    ]);
    // After the last one all of it is there.
    expect(kill(6)).toBe(null);
  });
});

describe('an upgrade for which there is no room', () => {
  const tried = async (change: (database: Database) => void, ports: Partial<UpgradePorts> = {}) => {
    const { folder, path } = await oldFolder();
    const database = await open(path);
    change(database);
    const result = await upgrade(database, { path, now: Date.now, say: () => undefined, ...ports });
    database.close();
    await startsWithOld(path);
    expect(readdirSync(folder).filter((name) => name.endsWith('.db') && name !== 'station.db')).toEqual([]);
    return result;
  };

  it('does not begin where the disk has too little', async () => {
    expect(await tried(() => undefined, { free: () => 1_000_000 })).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /to upgrade it 4\.0 MB must be free on the disk, and 1\.0 MB are: nothing was changed, .*: make room on the disk, then start this one again$/,
      ),
    });
  });

  it('changes nothing where the disk fills up during it', async () => {
    const full = (database: Database): void => {
      const pages = Number(Object.values(database.first('PRAGMA page_count') ?? {})[0]);
      database.first(`PRAGMA max_page_count = ${pages}`);
    };
    expect(await tried(full)).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /the upgrade failed: database or disk is full: nothing was changed, and the version of before still starts: make room on the disk, then start this one again$/,
      ),
    });
  });

  it('changes nothing where the copy can’t be written', async () => {
    const { folder, path } = await oldFolder();
    const database = await open(path);
    // In its way is a folder with something in it.
    mkdirSync(join(folder, `before-upgrade-${OLD}.db`));
    writeFileSync(join(folder, `before-upgrade-${OLD}.db`, 'x'), '');
    expect(await upgrade(database, { path, now: Date.now, say: () => undefined })).toMatchObject({
      ok: false,
      message: expect.stringContaining('nothing was changed'),
    });
    database.close();
    await startsWithOld(path);
  });
});

it('data of a newer version is refused in one line, and stays as it is', async () => {
  const folder = newFolder();
  const database = await open(join(folder, 'station.db'));
  migrate(database, Date.now, [...MIGRATIONS, 'CREATE TABLE later (id INTEGER)']);
  database.close();
  const words = `the data is of a later version (${LAST_VERSION + 1}) than this program knows (${LAST_VERSION}): install that version`;
  for (const answer of [await start(folder, []), await withAccess(folder, () => undefined)])
    expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(/^[^\n]*$/) });
  expect(await start(folder, [])).toMatchObject({ message: `${join(folder, 'station.db')}: ${words}` });
});

it('copies of before an upgrade are removed after 30 days, and nothing else', async () => {
  const folder = newFolder();
  const day = 86_400;
  for (const [name, at] of [
    ['before-upgrade-3.db', 0],
    ['before-upgrade-4.db', 2 * day],
    ['before-upgrade-x.db', 0],
  ] as const) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), at, at);
  }
  await forgetCopies(folder, 31 * day * 1_000);
  expect(readdirSync(folder)).toEqual(['before-upgrade-4.db', 'before-upgrade-x.db']);
});
