import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { parseJson } from '../model/parse-json.ts';
import type { Item, ItemKey, ItemStore } from '../service/ports/item-store.ts';
import { batchGet } from './batch-get.ts';
import { clientSettings } from './client-settings.ts';
import { conditionMet } from './conditional-write.ts';
import { conditionExpression } from './item-condition.ts';
import { orStoreFailed } from './store-failed.ts';
import { LISTED_INDEX } from './table-layout.ts';

const PAGE = 100;

/** Items in one DynamoDB table, whose keys are `pk` and `sk`. */
export function createDynamoItemStore({ table }: { readonly table: string }): ItemStore {
  const client = new DynamoDBClient(clientSettings);
  const at = ({ pk, sk }: ItemKey) => ({ TableName: table, Key: marshall({ pk, sk }) });
  const getItem = async (key: ItemKey): Promise<Item | undefined> => {
    const { Item } = await orStoreFailed(`get ${key.pk}`, () =>
      client.send(new GetItemCommand({ ...at(key), ConsistentRead: true })),
    );
    return Item === undefined ? undefined : itemOf(Item);
  };
  return {
    get: getItem,
    async getAll(keys) {
      const found = await batchGet(
        client,
        table,
        distinct(keys).map(({ pk, sk }) => marshall({ pk, sk })),
      );
      return found.map(itemOf);
    },
    put: (item, condition) =>
      conditionMet(`put ${item.pk}`, () =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...conditionExpression(condition),
          }),
        ),
      ),
    async update(key, fields) {
      const entries = Object.entries(fields);
      await orStoreFailed(`update ${key.pk}`, () =>
        client.send(
          new UpdateItemCommand({
            ...at(key),
            UpdateExpression: `SET ${entries.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
            ExpressionAttributeNames: Object.fromEntries(entries.map(([name], n) => [`#f${n}`, name])),
            ExpressionAttributeValues: marshall(
              Object.fromEntries(entries.map(([, value], n) => [`:f${n}`, value])),
            ),
          }),
        ),
      );
    },
    remove: (key, condition) =>
      conditionMet(`delete ${key.pk}`, () =>
        client.send(new DeleteItemCommand({ ...at(key), ...conditionExpression(condition) })),
      ),
    async list(kind, { after, limit = PAGE } = {}) {
      const from = after === undefined ? undefined : cursorOf(after, kind);
      // A start that is not a place in this list gives nothing: DynamoDB would report an error.
      if (after !== undefined && from === undefined) return { items: [] };
      const { Items = [], LastEvaluatedKey } = await orStoreFailed(`list ${kind}`, () =>
        client.send(
          new QueryCommand({
            TableName: table,
            IndexName: LISTED_INDEX,
            KeyConditionExpression: '#kind = :kind',
            ExpressionAttributeNames: { '#kind': 'kind' },
            ExpressionAttributeValues: marshall({ ':kind': kind }),
            Limit: limit,
            ...(from === undefined ? {} : { ExclusiveStartKey: marshall(from) }),
          }),
        ),
      );
      const items = Items.map(itemOf);
      return LastEvaluatedKey === undefined
        ? { items }
        : { items, next: Buffer.from(JSON.stringify(unmarshall(LastEvaluatedKey))).toString('base64url') };
    },
    async query(pk, { prefix = '', newestFirst = false, limit, after } = {}) {
      const items: Item[] = [];
      let from: Record<string, unknown> | undefined = after === undefined ? undefined : { pk, sk: after };
      do {
        const { Items = [], LastEvaluatedKey } = await orStoreFailed(`query ${pk}`, () =>
          client.send(
            new QueryCommand({
              TableName: table,
              ConsistentRead: true,
              KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
              ExpressionAttributeValues: marshall(
                prefix === '' ? { ':pk': pk } : { ':pk': pk, ':prefix': prefix },
              ),
              ScanIndexForward: !newestFirst,
              ...(limit === undefined ? {} : { Limit: limit - items.length }),
              ...(from === undefined ? {} : { ExclusiveStartKey: marshall(from) }),
            }),
          ),
        );
        items.push(...Items.map(itemOf));
        from = LastEvaluatedKey === undefined ? undefined : unmarshall(LastEvaluatedKey);
      } while (from !== undefined && (limit === undefined || items.length < limit));
      return items;
    },
    admit: (key, { member, limit, ttl }) =>
      conditionMet(`update ${key.pk}`, () =>
        client.send(
          new UpdateItemCommand({
            ...at(key),
            UpdateExpression: 'ADD #members :member SET #ttl = :ttl',
            ConditionExpression:
              'attribute_not_exists(#members) OR contains(#members, :one) OR size(#members) < :limit',
            ExpressionAttributeNames: { '#members': 'members', '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ...marshall({ ':one': member, ':limit': limit, ':ttl': ttl }),
              ':member': { SS: [member] },
            },
          }),
        ),
      ),
    async admitted(key) {
      const members = (await getItem(key))?.members;
      return members instanceof Set ? new Set([...members].map(String)) : new Set();
    },
  };
}

/** DynamoDB refuses a batch that names a key twice. */
const distinct = (keys: readonly ItemKey[]): ItemKey[] => [
  ...new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key])).values(),
];

const itemOf = (attributes: Record<string, AttributeValue>): Item => unmarshall(attributes) as Item;

/** DynamoDB's limit of sort keys, bytes. */
const KeyPart = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1_024);
const Cursor = z.strictObject({ pk: KeyPart, sk: KeyPart, kind: KeyPart, name: KeyPart });

/** `undefined`: not one of ours, or one of another list. */
function cursorOf(text: string, kind: string): z.infer<typeof Cursor> | undefined {
  const key = Cursor.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  return key.success && key.data.kind === kind ? key.data : undefined;
}
