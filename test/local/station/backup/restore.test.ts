/** What a restore says of a file that is no good, made here entry by entry. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSigningKey } from '../../../../lib/local/signing-key.ts';
import { backUp } from '../../../../lib/local/station/backup/backup.ts';
import { BACKUP_FORMAT } from '../../../../lib/local/station/backup/backup-format.ts';
import { restore } from '../../../../lib/local/station/backup/restore.ts';
import { readTar, tarWriter } from '../../../../lib/local/station/backup/tar.ts';
import { createSqliteItemStore } from '../../../../lib/local/station/store/item-store.ts';
import { newDatabase } from '../database.ts';
import { newFolder } from '../running-station.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const RUN = {
  pk: 'RUN#20261130T100000Z-0a1b2c3d',
  sk: 'RUN',
  runId: '20261130T100000Z-0a1b2c3d',
  execution: 'e',
  requestedBy: 'station:operator/ada',
  startedAt: '2026-11-30T10:00:00.000Z',
  finishedAt: '2026-11-30T10:00:05.000Z',
  verdict: 'pass',
  targets: ['shop'],
};
const REPORT = `runs/${RUN.runId}/0/report.json`;

/** A station's folder with a run whose report is not there. */
async function folderWithoutReport(): Promise<string> {
  const folder = newFolder();
  const database = await newDatabase(join(folder, 'station.db'));
  await createSqliteItemStore(database).put(RUN);
  database.close();
  await openSigningKey(join(folder, 'signing-key.pem'));
  return folder;
}

async function tarOf(
  entries: readonly (readonly [string, Buffer | string])[],
  { data = 1, missing = [] as string[] } = {},
): Promise<string> {
  const path = join(newFolder(), 'made.tar');
  const file = await open(path, 'wx');
  const tar = tarWriter(file);
  const add = (name: string, what: Buffer | string) => tar.add(name, Buffer.from(what), NOW);
  await add(
    'backup.json',
    JSON.stringify({ format: BACKUP_FORMAT, madeAt: '2026-11-30T12:00:00.000Z', data }),
  );
  for (const [name, what] of entries) await add(name, what);
  await add('end.json', JSON.stringify({ files: entries.length, sha256: tar.digest(), missing }));
  await tar.end();
  await file.close();
  return path;
}

async function partsOf(folder: string): Promise<Record<'database' | 'key', readonly [string, Buffer]>> {
  const database = await newDatabase(join(folder, 'station.db'));
  database.first('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return {
    database: ['station.db', readFileSync(join(folder, 'station.db'))],
    key: ['signing-key.pem', readFileSync(join(folder, 'signing-key.pem'))],
  };
}

const into = (): string => join(newFolder(), 'new');

describe('a restore refuses', () => {
  it.each(['../evil.json', 'objects/../../evil.json', '/etc/evil.json', 'lock.db', 'objects/.hidden.json'])(
    'a file that holds %s',
    async (name) => {
      const folder = into();
      expect(await restore(await tarOf([[name, 'x']]), folder, NOW)).toMatchObject({
        ok: false,
        message: expect.stringMatching(
          /it holds .*, which no backup of a station has; nothing was restored$/,
        ),
      });
      expect([readdirSync(folder), readdirSync(join(folder, '..'))]).toEqual([['lock.db'], ['new']]);
    },
  );

  it('one without a report that its database names', async () => {
    const { database, key } = await partsOf(await folderWithoutReport());
    expect(await restore(await tarOf([database, key]), into(), NOW)).toMatchObject({
      ok: false,
      message: expect.stringContaining(`${REPORT} is not in it, which its database names`),
    });
    expect(
      await restore(await tarOf([database, key, [`objects/${REPORT}`, '{}']]), into(), NOW),
    ).toMatchObject({ ok: true, value: { files: 3 } });
  });

  it('one whose database is damaged, or that has none, or no key', async () => {
    const { database, key } = await partsOf(await folderWithoutReport());
    const damaged = Buffer.from(database[1]);
    damaged.fill(0xaa, 4_096, 12_288);
    for (const entries of [[['station.db', damaged] as const, key], [key], [database]])
      expect(await restore(await tarOf(entries), into(), NOW)).toMatchObject({ ok: false });
  });

  it('one of a later version, in one line', async () => {
    expect(await restore(await tarOf([['station.db', 'x']], { data: 999 }), into(), NOW)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/it is of a later version \(999\) than this program knows \(\d+\)/),
    });
  });
});

it('a backup says which files a station has lost, and can be restored all the same', async () => {
  const folder = await folderWithoutReport();
  const path = join(newFolder(), 'b.tar');
  expect(await backUp(folder, path, NOW)).toMatchObject({ ok: true, value: { files: 2, missing: [REPORT] } });
  expect(readdirSync(join(path, '..'))).toEqual(['b.tar']);
  const folderOfNew = into();
  expect(await restore(path, folderOfNew, NOW)).toMatchObject({ ok: true });
  expect(existsSync(join(folderOfNew, 'station.db'))).toBe(true);
});

it('a backup leaves nothing behind where it can’t be written', async () => {
  const folder = await folderWithoutReport();
  expect(await backUp(folder, join(folder, 'none', 'b.tar'), NOW)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^--backup: /),
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('its tar file is read by others, with names of any length', async () => {
  const path = join(newFolder(), 'names.tar');
  const long = `objects/${'folder-of-some-length/'.repeat(6)}report.json`;
  const file = await open(path, 'wx+');
  const tar = tarWriter(file);
  await tar.add('short', Buffer.alloc(512), NOW);
  await tar.add(long, Buffer.from('hello'), NOW);
  await tar.end();
  const seen: [string, number, string][] = [];
  for await (const entry of readTar(file)) {
    let text = '';
    await entry.read((bytes) => {
      text += bytes.toString();
    });
    seen.push([entry.name, entry.mtimeMs, text.replaceAll('\0', '')]);
  }
  await file.close();
  expect(seen).toEqual([
    ['short', NOW, ''],
    [long, NOW, 'hello'],
  ]);
  expect(execFileSync('tar', ['-tf', path]).toString()).toBe(`short\n${long}\n`);
});
