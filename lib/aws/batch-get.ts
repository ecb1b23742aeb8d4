import { setTimeout as pause } from 'node:timers/promises';
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { failure } from '../service/runs/failure.ts';
import { orStoreFailed } from './store-failed.ts';

type Attributes = Record<string, AttributeValue>;

/** Keys of one request (DynamoDB API reference, BatchGetItem: "as many as 100 items"). */
const MAX_KEYS = 100;
/** DynamoDB answers a large batch in parts; each further part is requested after a pause. */
const MAX_PARTS = 6;
const PART_PAUSE_MS = 100;

/** The items of those keys that exist, in any order. Rejects with `StoreFailed`. */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly Attributes[],
): Promise<Attributes[]> {
  const items: Attributes[] = [];
  for (let from = 0; from < keys.length; from += MAX_KEYS)
    items.push(...(await getParts(client, table, keys.slice(from, from + MAX_KEYS))));
  return items;
}

async function getParts(
  client: DynamoDBClient,
  table: string,
  keys: readonly Attributes[],
): Promise<Attributes[]> {
  const items: Attributes[] = [];
  let left = keys;
  for (let part = 0; left.length > 0; part += 1) {
    if (part === MAX_PARTS) throw failure('StoreFailed', `DynamoDB left ${left.length} items unread`);
    if (part > 0) await pause(PART_PAUSE_MS * 2 ** part * Math.random());
    const asked = [...left];
    const answer = await orStoreFailed('get items', () =>
      client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: asked } } })),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}
