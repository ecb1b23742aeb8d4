import { expect, test } from 'vitest';
import { createSqliteItemStore, forgetExpired } from '../../../lib/local/station/store/item-store.ts';
import { itemStoreContract } from '../../service/state/item-store-contract.ts';
import { newDatabase } from './database.ts';

const database = await newDatabase();
itemStoreContract('items in SQLite', () => createSqliteItemStore(database));

test('forgets items and sets once their time is over, and nothing before', async () => {
  const own = await newDatabase();
  const store = createSqliteItemStore(own);
  await store.put({ pk: 'TTL#over', sk: 'X', ttl: 1_000, kind: 'forgotten', name: 'over' });
  await store.put({ pk: 'TTL#now', sk: 'X', ttl: 1_001 });
  await store.put({ pk: 'TTL#never', sk: 'X' });
  await store.admit({ pk: 'SET', sk: 'over' }, { member: 'a', limit: 1, ttl: 999 });
  await store.admit({ pk: 'SET', sk: 'now' }, { member: 'a', limit: 1, ttl: 1_001 });
  expect(forgetExpired(own, 1_001_000)).toBe(2);
  const left = await Promise.all(
    ['over', 'now', 'never'].map((name) => store.get({ pk: `TTL#${name}`, sk: 'X' })),
  );
  expect(left.map((item) => item !== undefined)).toEqual([false, true, true]);
  expect(await store.list('forgotten')).toEqual({ items: [] });
  expect([
    await store.admitted({ pk: 'SET', sk: 'over' }),
    await store.admitted({ pk: 'SET', sk: 'now' }),
  ]).toEqual([new Set(), new Set(['a'])]);
  own.close();
});

test('keeps keys with a NUL apart, and sees what another process has written', async () => {
  const one = createSqliteItemStore(database);
  for (const sk of ['a', 'a\u0000', 'a\u0000b']) await one.put({ pk: 'NUL', sk, text: `${sk}\u0000` });
  expect((await one.query('NUL')).map(({ sk }) => sk)).toEqual(['a', 'a\u0000', 'a\u0000b']);
  expect(await one.get({ pk: 'NUL', sk: 'a\u0000' })).toEqual({
    pk: 'NUL',
    sk: 'a\u0000',
    text: 'a\u0000\u0000',
  });
});
