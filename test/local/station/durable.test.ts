import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDurable, type DurableDatabase, onDisk } from '../../../lib/local/station/store/durable.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import { itemStoreContract } from '../../service/state/item-store-contract.ts';
import { newDatabase } from './database.ts';

const storeOn = (database: DurableDatabase) =>
  createSqliteItemStore(database, onDisk({ write: async (work) => work() }, database));
const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'inbound-check-station-')), 'station.db');

const contractPath = newPath();
const own = createDurable(await newDatabase(contractPath), contractPath);
itemStoreContract('items in SQLite that wait for the disk', () => storeOn(own));

it('a write is over when it is on the disk, and many at a time wait together', async () => {
  const path = newPath();
  const database = createDurable(await newDatabase(path), path);
  const store = storeOn(database);
  const all = Array.from({ length: 200 }, (_, n) => store.put({ pk: 'P', sk: String(n), n }));
  // What is committed is read at once, by everybody.
  expect(await store.query('P')).toHaveLength(200);
  expect(await Promise.all(all)).toEqual(all.map(() => true));
  await database.onDisk();
  expect(database.first('PRAGMA integrity_check')).toMatchObject({ integrity_check: 'ok' });
  database.close();
});

it('a disk that does not take it is told to whoever wrote', async () => {
  const path = newPath();
  const database = createDurable(await newDatabase(path), join(path, 'elsewhere'));
  const store = storeOn(database);
  await expect(store.put({ pk: 'P', sk: 'S' })).rejects.toMatchObject({
    name: 'StoreFailed',
    message: expect.stringContaining('sync: '),
  });
  database.close();
});
