/** Another program holds the lock of the station's database, as a backup or a viewer may. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExecutionRecords } from '../../../lib/local/station/runs/executions.ts';
import { patientPublish, patientRecords } from '../../../lib/local/station/runs/patient-records.ts';
import { startStation, withAccess } from '../../../lib/local/station/station.ts';
import { type Database, openDatabase } from '../../../lib/local/station/store/database.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import { createWriteLine } from '../../../lib/local/station/store/write-line.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';
import { newDatabase } from './database.ts';
import { newFolder } from './running-station.ts';

const KEY = { pk: 'A', sk: 'B' };

async function open(path: string, busyMs?: number): Promise<Database> {
  const opened = await openDatabase(path, busyMs);
  if (!opened.ok) throw new Error(opened.why);
  return opened.database;
}

/** A line whose pauses end when the test says so, and two connections to one database. */
async function locked() {
  const path = join(newFolder(), 'station.db');
  (await newDatabase(path)).close();
  const other = await open(path);
  const database = await open(path, 1);
  const clock = { now: 0 };
  const pauses: (() => void)[] = [];
  let paused: () => void = () => undefined;
  const line = createWriteLine({
    wait: () =>
      new Promise((resolve) => {
        pauses.push(resolve);
        paused();
      }),
    elapsed: () => clock.now,
  });
  other.execute('BEGIN IMMEDIATE');
  return {
    database,
    line,
    clock,
    free: () => other.execute('ROLLBACK'),
    /** Ends the pause that there is, or the next. */
    goOn: async () => {
      if (pauses.length === 0)
        await new Promise<void>((resolve) => {
          paused = resolve;
        });
      pauses.shift()?.();
    },
  };
}

describe('a write while another program holds the lock', () => {
  it('waits for it, in its turn, and is lost by nobody', async () => {
    const { database, line, free, goOn } = await locked();
    const items = createSqliteItemStore(database, line);
    const ends: string[] = [];
    const writes = ['first', 'second', 'third'].map((value) =>
      items.put({ ...KEY, value }).then(() => ends.push(value)),
    );
    // What is there can be read meanwhile.
    expect(await items.get(KEY)).toBeUndefined();
    await goOn();
    expect(ends).toEqual([]);
    free();
    await goOn();
    await Promise.all(writes);
    expect(ends).toEqual(['first', 'second', 'third']);
    expect(await items.get(KEY)).toMatchObject({ value: 'third' });
  });

  it('is refused after some seconds, before whoever asks has gone; a run has more time', async () => {
    const { database, line, clock, free, goOn } = await locked();
    const items = createSqliteItemStore(database, line);
    const records = patientRecords(
      createExecutionRecords(database, () => 0),
      line,
    );
    const asked = items.put({ ...KEY }).catch((error: unknown) => error);
    const begun = records.pass('run-1', { kind: 'entered', name: 'Dispatch', data: null });
    clock.now = 15_000;
    await goOn();
    expect(await asked).toMatchObject({ name: 'StoreFailed', message: expect.stringContaining('locked') });
    free();
    await goOn();
    await begun;
    expect(records.passages('run-1')).toHaveLength(1);
  });

  it('has one try where the station ends', async () => {
    const { database, line, goOn } = await locked();
    const put = createSqliteItemStore(database, line).put({ ...KEY });
    line.close();
    await goOn();
    await expect(put).rejects.toThrow('locked');
    await expect(createSqliteItemStore(database, line).put({ ...KEY })).rejects.toThrow('locked');
  });

  it('stands still with the whole process once, and not again before the lock was free', async () => {
    const { database, free } = await locked();
    const patience = () => Object.values(database.first('PRAGMA busy_timeout') ?? {})[0];
    const write = () => database.run('INSERT OR REPLACE INTO health (id, looked_at) VALUES (1, ?)', '');
    expect(patience()).toBe(1);
    expect(write).toThrow('locked');
    expect(patience()).toBe(0);
    expect(write).toThrow('locked');
    free();
    // Another one than the one that was refused: that leaves nothing behind.
    database.transaction(() => database.run('DELETE FROM outbox'));
    expect(patience()).toBe(1);
    write();
  });

  it('of changes to tell waits, and other faults do not', async () => {
    const { database, line, free, goOn } = await locked();
    let tries = 0;
    const publish = patientPublish(
      async () => {
        tries += 1;
        database.transaction(() => undefined);
      },
      database,
      line,
    );
    const published = publish([]);
    await goOn();
    expect(tries).toBe(1);
    free();
    await goOn();
    await published;
    expect(tries).toBe(2);
    const failing = patientPublish(async () => Promise.reject(new Error('no room')), database, line);
    await expect(failing([])).rejects.toThrow('no room');
  });
});

it('a station answers meanwhile, its health is red, and what was asked of it is done when the lock is free', async () => {
  const folder = newFolder();
  const started = await startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer: { publicKey: '', sign: async () => new Uint8Array() },
    allowPrivate: true,
    telemetry: memoryTelemetry(),
  });
  if (!started.ok) throw new Error(started.message);
  const { url, close } = started.value;
  const token = await withAccess(folder, ({ tokens }) => tokens.make('ada', 'operator', 1));
  const headers = {
    authorization: `Bearer ${token.ok ? token.value : ''}`,
    'content-type': 'application/json',
  };
  const other = await open(join(folder, 'station.db'));
  other.execute('BEGIN IMMEDIATE');
  const put = fetch(`${url}/targets/shop`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ definition: { check: ['tcp://127.0.0.1:9'] } }),
  });
  const health = await fetch(`${url}/health`);
  expect([health.status, await health.text()]).toEqual([503, expect.stringContaining('locked')]);
  // Where the data is, whoever asks on the machine itself is told, and nobody behind a proxy.
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ data: folder });
  const proxied = await fetch(`${url}/health`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
  expect(await proxied.json()).not.toHaveProperty('data');
  expect((await fetch(`${url}/targets`, { headers })).status).toBe(200);
  other.execute('ROLLBACK');
  other.close();
  const answer = await put;
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"shop"')]);
  await close();
});
