/** What the port promises, of the table behind DynamoDB's API and of the map that stands in for it in unit tests. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoItemStore } from '../../lib/adapters/aws/item-store.ts';
import type { ItemStore } from '../../lib/ports/item-store.ts';
import { startDynamoDb, type Table } from '../fleet-rig/dynamodb.ts';
import { memoryItems } from './memory-items.ts';

let table: Table;
beforeAll(async () => {
  table = await startDynamoDb(
    {
      name: 'items',
      partitionKey: 'pk',
      sortKey: 'sk',
      indexes: [{ name: 'listed', partitionKey: 'kind', sortKey: 'name' }],
    },
    () => undefined,
  );
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'RIG',
    AWS_SECRET_ACCESS_KEY: 'rig',
  });
});
afterAll(() => table.close());

const stores: readonly [string, () => ItemStore][] = [
  ['the table', () => createDynamoItemStore({ table: 'items' })],
  ['the map', () => memoryItems()],
];

describe.each(stores)('%s', (_name, open) => {
  test('gives back what was put, and nothing once it is removed', async () => {
    const store = open();
    const item = { pk: 'TARGET#a', sk: 'TARGET', hosts: ['a.example'], nested: { n: 1, list: [true] } };
    expect(await store.put(item)).toBe(true);
    expect(await store.get(item)).toEqual(item);
    expect(await store.remove(item)).toBe(true);
    expect(await store.get(item)).toBeUndefined();
    expect(await store.remove(item)).toBe(true);
  });

  test('writes only when the condition holds', async () => {
    const store = open();
    const key = { pk: 'CONDITION#a', sk: 'X' };
    expect(await store.put({ ...key, state: 'old' }, { present: true })).toBe(false);
    expect(await store.put({ ...key, state: 'old' }, { absent: true })).toBe(true);
    expect(await store.put({ ...key, state: 'twice' }, { absent: true })).toBe(false);
    expect(await store.put({ ...key, state: 'new' }, { equals: { state: 'other' } })).toBe(false);
    expect(
      await store.put({ ...key, state: 'new', by: 'me' }, { equals: { state: 'old', by: undefined } }),
    ).toBe(true);
    expect(await store.remove(key, { equals: { by: undefined } })).toBe(false);
    expect(await store.get(key)).toEqual({ ...key, state: 'new', by: 'me' });
    expect(await store.remove(key, { equals: { state: 'new', by: 'me' } })).toBe(true);
  });

  test('lists one kind by name, page by page', async () => {
    const store = open();
    for (const name of ['c', 'a', 'b']) await store.put({ pk: `T#${name}`, sk: 'T', kind: 'listed', name });
    await store.put({ pk: 'T#d', sk: 'T', kind: 'other', name: 'd' });
    await store.put({ pk: 'T#e', sk: 'T', name: 'e' });
    const names: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await store.list('listed', { limit: 2, ...(after !== undefined && { after }) });
      names.push(page.items.map((item) => item.name));
      after = page.next;
    } while (after !== undefined);
    expect(names.flat()).toEqual(['a', 'b', 'c']);
    expect(names[0]).toEqual(['a', 'b']);
  });

  test('finds nothing after what is no place in the list, and asks for none', async () => {
    const store = createDynamoItemStore({ table: 'items' });
    for (const name of ['a', 'b']) await store.put({ pk: `K#${name}`, sk: 'K', kind: 'kept', name });
    const after = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
    const place = { pk: 'K#a', sk: 'K', kind: 'kept', name: 'a' };
    const list = async (key: string) => (await store.list('kept', { after: key })).items.length;
    expect(await list(after(place))).toBe(1);
    for (const forged of [
      '',
      'no base64',
      after(null),
      after({ ...place, kind: 'webhook' }),
      after({ ...place, pk: 7 }),
      after({ ...place, more: 'x' }),
      after({ ...place, name: 'x'.repeat(1_025) }),
      after({ pk: 'K#a', sk: 'K' }),
    ])
      expect(await list(forged)).toBe(0);
  });

  test('reads a partition by prefix, the newest first and bounded if asked', async () => {
    const store = open();
    for (const sk of ['RUN#1', 'RUN#3', 'RUN#2', 'OTHER']) await store.put({ pk: 'Q', sk });
    const keys = async (options: Parameters<ItemStore['query']>[1]) =>
      (await store.query('Q', options)).map(({ sk }) => sk);
    expect(await keys({})).toEqual(['OTHER', 'RUN#1', 'RUN#2', 'RUN#3']);
    expect(await keys({ prefix: 'RUN#', after: 'RUN#1', limit: 1 })).toEqual(['RUN#2']);
    expect(await keys({ prefix: 'RUN#', after: 'RUN#3', newestFirst: true })).toEqual(['RUN#2', 'RUN#1']);
    expect(await keys({ prefix: 'RUN#', newestFirst: true, limit: 2 })).toEqual(['RUN#3', 'RUN#2']);
  });

  test('admits members up to the limit, one that is in again and again', async () => {
    const store = open();
    const admit = (member: string) => store.admit({ pk: 'RATE#a', sk: 'H' }, { member, limit: 2, ttl: 1 });
    expect([await admit('1'), await admit('2'), await admit('3'), await admit('1')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});
