/** DynamoDB: dynalite behind a front that knows IAM's names of the actions. */
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import dynalite from 'dynalite';
import { ACCOUNT } from './account.ts';
import { type Action, type Front, type FrontOptions, passOn, startFront } from './front.ts';
import { type ApiRequest, jsonError } from './loopback-server.ts';

export interface TablePlan {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly TableIndex[];
}

export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

export type Item = Readonly<Record<string, unknown>>;

export interface Table extends Front {
  /** Past the front. */
  get(pk: string, sk: string): Promise<Item | undefined>;
  put(item: Item): Promise<void>;
  all(pk: string): Promise<Item[]>;
}

const keysOf = (index: TableIndex) => [index.partitionKey, index.sortKey] as const;
const schemaOf = ([hash, range]: readonly [string, string]) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];

export async function startDynamoDb(
  { name, partitionKey, sortKey, indexes }: TablePlan,
  authorise: FrontOptions['authorise'],
): Promise<Table> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'local',
    credentials: { accessKeyId: 'RIG', secretAccessKey: 'rig' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey, ...indexes.flatMap(keysOf)].map((key) => ({
        AttributeName: key,
        AttributeType: 'S' as const,
      })),
      KeySchema: schemaOf([partitionKey, sortKey]),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: schemaOf(keysOf(index)),
          Projection: { ProjectionType: 'ALL' as const },
        })),
      }),
    }),
  );
  const front = await startFront({
    actionOf,
    authorise,
    deny: (message) => jsonError(400, 'AccessDeniedException', message),
    service: (request) => passOn(url, request, []),
  });
  const closeFront = front.close;
  return Object.assign(front, {
    async get(pk: string, sk: string) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: marshall({ [partitionKey]: pk, [sortKey]: sk }) }),
      );
      return Item === undefined ? undefined : unmarshall(Item);
    },
    async put(item: Item) {
      await client.send(new PutItemCommand({ TableName: name, Item: marshall(item) }));
    },
    async all(pk: string) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': partitionKey },
          ExpressionAttributeValues: marshall({ ':pk': pk }),
        }),
      );
      return Items.map((item) => unmarshall(item));
    },
    close: async () => {
      client.destroy();
      await closeFront();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  } satisfies Partial<Table>);
}

/** Of the requests that the rig knows: where their table and their partition keys stand. */
interface TableRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: AttributeMap;
  readonly Item?: AttributeMap;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly AttributeMap[] }>>;
}
type AttributeMap = Readonly<Record<string, { readonly S?: string }>>;

const requestOf = ({ body }: ApiRequest): TableRequest => JSON.parse(body.toString()) as TableRequest;

/** `X-Amz-Target: DynamoDB_20120810.PutItem`; the rig has one table, and an index is part of its ARN's path. */
function actionOf(request: ApiRequest): Action | undefined {
  const operation = /^DynamoDB_20120810\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1];
  if (operation === undefined) return undefined;
  const { TableName, IndexName, RequestItems = {} } = requestOf(request);
  const name = TableName ?? Object.keys(RequestItems)[0];
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  return {
    action: `dynamodb:${operation}`,
    resource: `arn:aws:dynamodb:${request.caller?.region}:${ACCOUNT}:table/${name}${index}`,
  };
}

/** What IAM knows as `dynamodb:LeadingKeys`. */
export function leadingKeys(request: ApiRequest, partitionKey: string): string[] {
  const { Key, Item, RequestItems = {} } = requestOf(request);
  const batched = Object.values(RequestItems).flatMap(({ Keys = [] }) => Keys);
  return [Key, Item, ...batched].flatMap((one) => {
    const key = one?.[partitionKey]?.S;
    return key === undefined ? [] : [key];
  });
}
