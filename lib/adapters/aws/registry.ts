/**
 * Targets, runs and latest states in one DynamoDB table. Keys: TARGET#name with TARGET (what is registered), LATEST
 * and RUN#start#run (history, newest last); RUN#run with RUN. Conditions keep a late or repeated run from undoing a
 * newer one.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { failure } from '../../fleet/failure.ts';
import { TargetRecord } from '../../model/fleet.ts';
import { CauseCode, State, Verdict } from '../../model/vocabulary.ts';
import type { LatestState, Registry } from '../../ports/registry.ts';
import { clientSettings } from './client-settings.ts';
import { held } from './held.ts';
import { orStoreFailed } from './store-failed.ts';

export interface DynamoRegistryOptions {
  readonly table: string;
  /** Days after which a run leaves the table; the latest state of a target stays. */
  readonly retentionDays: number;
}

/** DynamoDB answers a large batch in parts; each further one is asked for after a pause. */
const MAX_PARTS = 6;
const PART_PAUSE_MS = 100;
const DAY_S = 86_400;

const targetKey = (name: string) => ({ pk: `TARGET#${name}`, sk: 'TARGET' });
const latestKey = (name: string) => ({ pk: `TARGET#${name}`, sk: 'LATEST' });
const runKey = (runId: string) => ({ pk: `RUN#${runId}`, sk: 'RUN' });

const LatestSeen = z.object({
  states: z.partialRecord(State, z.number()),
  durationMs: z.number().optional(),
  httpStatus: z.number().optional(),
  notAfter: z.string().optional(),
});
const Latest = z.object({
  runId: z.string(),
  startedAt: z.string(),
  verdict: Verdict,
  endpoints: z.record(
    z.string(),
    z.object({
      verdict: Verdict,
      cause: CauseCode.optional(),
      since: z.string(),
      seen: LatestSeen.optional(),
    }),
  ),
});

export function createDynamoRegistry({ table, retentionDays }: DynamoRegistryOptions): Registry {
  const client = new DynamoDBClient(clientSettings);
  const expiry = (startedAt: string): number =>
    Math.floor(Date.parse(startedAt) / 1_000) + retentionDays * DAY_S;
  const put = (item: object, condition: Condition = {}) =>
    held(`put ${'pk' in item ? item.pk : 'item'}`, () =>
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall(item, { removeUndefinedValues: true }),
          ...condition,
        }),
      ),
    );

  return {
    async targets(names) {
      const found = new Map<string, TargetRecord>();
      const keys = [...new Set(names)].map((name) => marshall(targetKey(name)));
      for (const item of await getAll(client, table, keys)) {
        const record = TargetRecord.safeParse(item);
        // What can't be read proves nothing.
        if (record.success) found.set(record.data.name, record.data);
      }
      return found;
    },
    async beginRun({ targets, ...run }) {
      const item = { ...runKey(run.runId), ...run, targets: [...targets], ttl: expiry(run.startedAt) };
      const begun = await put(item, {
        ConditionExpression: 'attribute_not_exists(pk) OR #execution = :execution',
        ExpressionAttributeNames: { '#execution': 'execution' },
        ExpressionAttributeValues: marshall({ ':execution': run.execution }),
      });
      return begun ? 'begun' : 'taken';
    },
    async latest(target): Promise<LatestState | undefined> {
      const { Item } = await orStoreFailed(`get ${latestKey(target).pk}`, () =>
        client.send(
          new GetItemCommand({
            TableName: table,
            Key: marshall(latestKey(target)),
            ConsistentRead: true,
          }),
        ),
      );
      return Item === undefined ? undefined : (Latest.parse(unmarshall(Item)) as LatestState);
    },
    replaceLatest: (target, next, previous) =>
      put({ ...latestKey(target), ...next }, previous === undefined ? ABSENT : unchangedSince(previous)),
    async addRun({ target, ...run }) {
      await put({
        pk: `TARGET#${target}`,
        sk: `RUN#${run.startedAt}#${run.runId}`,
        ...run,
        ttl: expiry(run.startedAt),
      });
    },
    async endRun({ runId, finishedAt, verdict }) {
      await orStoreFailed(`update ${runKey(runId).pk}`, () =>
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: marshall(runKey(runId)),
            UpdateExpression: 'SET finishedAt = :finishedAt, verdict = :verdict',
            ExpressionAttributeValues: marshall({ ':finishedAt': finishedAt, ':verdict': verdict }),
          }),
        ),
      );
    },
  };
}

type Condition = Partial<
  Pick<
    ConstructorParameters<typeof PutItemCommand>[0],
    'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
  >
>;

const ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

const unchangedSince = ({ runId, startedAt }: LatestState): Condition => ({
  ConditionExpression: 'runId = :runId AND startedAt = :startedAt',
  ExpressionAttributeValues: marshall({ ':runId': runId, ':startedAt': startedAt }),
});

async function getAll(
  client: DynamoDBClient,
  table: string,
  keys: Record<string, AttributeValue>[],
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let left = keys;
  for (let part = 0; left.length > 0; part += 1) {
    if (part === MAX_PARTS) throw failure('StoreFailed', `DynamoDB left ${left.length} targets unread`);
    if (part > 0) await pause(PART_PAUSE_MS * 2 ** part * Math.random());
    const asked = left;
    const answer = await orStoreFailed('get targets', () =>
      client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: asked } } })),
    );
    items.push(...(answer.Responses?.[table] ?? []).map((item) => unmarshall(item)));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}
