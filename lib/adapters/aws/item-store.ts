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
import type { Item, ItemCondition, ItemKey, ItemStore } from '../../ports/item-store.ts';
import { clientSettings } from './client-settings.ts';
import { held } from './held.ts';
import { orStoreFailed } from './store-failed.ts';

/** The index over `kind` and `name`, which only listed items have; as in lib/stacks/storage.ts. */
export const LISTED_INDEX = 'listed';

const PAGE = 100;

export function createDynamoItemStore({ table }: { readonly table: string }): ItemStore {
  const client = new DynamoDBClient(clientSettings);
  const at = ({ pk, sk }: ItemKey) => ({ TableName: table, Key: marshall({ pk, sk }) });
  return {
    async get(key) {
      const { Item } = await orStoreFailed(`get ${key.pk}`, () =>
        client.send(new GetItemCommand({ ...at(key), ConsistentRead: true })),
      );
      return Item === undefined ? undefined : itemOf(Item);
    },
    put: (item, condition) =>
      held(`put ${item.pk}`, () =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...expression(condition),
          }),
        ),
      ),
    remove: (key, condition) =>
      held(`delete ${key.pk}`, () =>
        client.send(new DeleteItemCommand({ ...at(key), ...expression(condition) })),
      ),
    async list(kind, { after, limit = PAGE } = {}) {
      const from = after === undefined ? undefined : cursorOf(after, kind);
      // Nothing follows what is no place in this list: DynamoDB would call it an error of ours.
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
      held(`update ${key.pk}`, () =>
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
  };
}

const itemOf = (attributes: Record<string, AttributeValue>): Item => unmarshall(attributes) as Item;

/** DynamoDB's limit of sort keys, bytes. */
const KeyPart = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1_024);
const Cursor = z.strictObject({ pk: KeyPart, sk: KeyPart, kind: KeyPart, name: KeyPart });

/** `undefined`: none of ours, or one of another list. */
function cursorOf(text: string, kind: string): z.infer<typeof Cursor> | undefined {
  try {
    const key = Cursor.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return key.success && key.data.kind === kind ? key.data : undefined;
  } catch {
    return undefined;
  }
}

interface Expression {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

function expression(condition: ItemCondition | undefined): Expression {
  if (condition === undefined) return {};
  if ('absent' in condition) return { ConditionExpression: 'attribute_not_exists(pk)' };
  if ('present' in condition) return { ConditionExpression: 'attribute_exists(pk)' };
  const fields = Object.entries(condition.equals);
  const known = fields.filter(([, value]) => value !== undefined);
  return {
    ConditionExpression: [
      'attribute_exists(pk)',
      ...fields.map(([, value], index) =>
        value === undefined ? `attribute_not_exists(#f${index})` : `#f${index} = :f${index}`,
      ),
    ].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
    ...(known.length > 0 && {
      ExpressionAttributeValues: marshall(
        Object.fromEntries(
          fields.flatMap(([, value], index) => (value === undefined ? [] : [[`:f${index}`, value]])),
        ),
      ),
    }),
  };
}
