/** The contract of the port over DynamoDB's API, and what of DynamoDB only its adapter knows. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynamoItemStore } from '../../lib/aws/item-store.ts';
import { startDynamoDb, type Table } from '../fleet-rig/dynamodb.ts';
import { itemStoreContract } from '../service/state/item-store-contract.ts';

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

itemStoreContract('items in DynamoDB', () => createDynamoItemStore({ table: 'items' }));

test('takes no forged place in a list for one of its own, and asks for none', async () => {
  const store = createDynamoItemStore({ table: 'items' });
  for (const name of ['a', 'b']) await store.put({ pk: `F#${name}`, sk: 'F', kind: 'forged', name });
  const after = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const place = { pk: 'F#a', sk: 'F', kind: 'forged', name: 'a' };
  const list = async (key: string) => (await store.list('forged', { after: key })).items.length;
  expect(await list(after(place))).toBe(1);
  for (const forged of [
    '',
    'no base64',
    after(null),
    after({ ...place, kind: 'webhook' }),
    after({ ...place, pk: 7 }),
    after({ ...place, more: 'x' }),
    after({ ...place, name: 'x'.repeat(1_025) }),
    after({ pk: 'F#a', sk: 'F' }),
  ])
    expect(await list(forged)).toBe(0);
});

/** A DynamoDB that leaves all but `atOnce` keys of a batch for later. Gives the sizes of the batches, too. */
async function slowDynamoDb(atOnce: number) {
  const batches: number[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { RequestItems } = JSON.parse(Buffer.concat(parts).toString()) as {
        RequestItems: { items: { Keys: { pk: { S: string }; sk: { S: string } }[] } };
      };
      const { Keys } = RequestItems.items;
      batches.push(Keys.length);
      const left = Keys.slice(atOnce);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(
        JSON.stringify({
          Responses: { items: Keys.slice(0, atOnce) },
          UnprocessedKeys: left.length === 0 ? {} : { items: { Keys: left } },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
  const store = createDynamoItemStore({ table: 'items' });
  return {
    batches,
    store,
    close: async () => {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = before;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: `B#${n}`, sk: 'X' }));

test('asks again for what DynamoDB leaves of a batch, and for more than it takes at once in several', async () => {
  const slow = await slowDynamoDb(40);
  try {
    expect(await slow.store.getAll(keys(130))).toHaveLength(130);
    expect(slow.batches).toEqual([100, 60, 20, 30]);
  } finally {
    await slow.close();
  }
});

test('gives up, as a store that failed, when DynamoDB leaves keys again and again', async () => {
  const slow = await slowDynamoDb(0);
  try {
    await expect(slow.store.getAll(keys(3))).rejects.toMatchObject({
      name: 'StoreFailed',
      message: 'DynamoDB left 3 items unread',
    });
    expect(slow.batches).toEqual([3, 3, 3, 3, 3, 3]);
  } finally {
    await slow.close();
  }
});
