/**
 * A Distributed Map: reads its items from S3, batches them, runs each batch as an execution of its own, tolerates as
 * many failures as the state says, and writes the results to S3; all under the state machine's role.
 */
import { randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Executed, stateError } from './interpreter.ts';
import type { Definition, State } from './states-language.ts';

export interface Child {
  readonly name: string;
  readonly input: unknown;
  readonly executed: Executed;
}

export interface DistributedMapOptions {
  readonly state: State;
  readonly input: unknown;
  readonly mapRunArn: string;
  readonly s3: {
    readonly url: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Carries out a payload template (`{"key.$": "$.path"}`) on the state's input. */
  readonly evaluate: (template: unknown, input: unknown) => Promise<unknown>;
  /** At most so many at a time, whatever the state says: each has processes of its own. */
  readonly childrenAtATime: number;
  readonly runChild: (name: string, definition: Definition, input: unknown) => Promise<Executed>;
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

export async function runDistributedMap(
  options: DistributedMapOptions,
): Promise<{ readonly result: unknown; readonly children: readonly Child[] }> {
  const { state, input, mapRunArn, s3, evaluate, childrenAtATime, runChild } = options;
  const { ItemReader, ItemBatcher, ResultWriter } = state as unknown as {
    readonly ItemReader: {
      readonly Resource: string;
      readonly ReaderConfig: { readonly InputType: string };
      readonly Parameters: unknown;
    };
    readonly ItemBatcher: { readonly MaxItemsPerBatch: number; readonly BatchInput?: unknown };
    readonly ResultWriter: { readonly Resource: string; readonly Parameters: unknown };
  };
  if (ItemReader.Resource !== 'arn:aws:states:::s3:getObject' || ItemReader.ReaderConfig.InputType !== 'JSON')
    throw new Error('the rig reads items from a JSON object in S3 alone');
  const client = new S3Client({
    endpoint: s3.url,
    region: s3.region,
    credentials: s3.credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  try {
    const { Bucket, Key } = (await evaluate(ItemReader.Parameters, input)) as Place;
    const items = await client.send(new GetObjectCommand({ Bucket, Key })).then(
      async ({ Body }): Promise<unknown> => JSON.parse((await Body?.transformToString()) ?? ''),
      (error: Error) => {
        throw stateError('States.ItemReaderFailed', `${error.name}: ${error.message}`);
      },
    );
    if (!Array.isArray(items)) throw stateError('States.ItemReaderFailed', 'the object is no JSON array');
    const batchInput = await evaluate(ItemBatcher.BatchInput ?? {}, input);
    const batches = inBatches(items, ItemBatcher.MaxItemsPerBatch).map((Items) => ({
      BatchInput: batchInput,
      Items,
    }));
    // How children run is no part of what they run.
    const { ProcessorConfig: _, ...child } = state.ItemProcessor as Definition;
    const children = await mapWithLimit(
      batches,
      Math.min(childrenAtATime, Number(state.MaxConcurrency ?? 1_000)),
      async (batch) => {
        const name = randomUUID();
        return {
          name,
          input: batch,
          executed: await runChild(name, child, batch),
        };
      },
    );
    const lost = batches.filter((_, index) => children[index]?.executed.status !== 'SUCCEEDED');
    const failed = lost.reduce((sum, { Items }) => sum + Items.length, 0);
    const tolerated = Number(state.ToleratedFailurePercentage ?? 0);
    if ((failed / Math.max(1, items.length)) * 100 > tolerated)
      throw stateError(
        'States.ExceedToleratedFailureThreshold',
        `${failed} of ${items.length} items failed; ${tolerated} % are tolerated`,
      );
    const to = (await evaluate(ResultWriter.Parameters, input)) as { Bucket: string; Prefix: string };
    const manifest = `${to.Prefix}/${mapRunArn.split(':').at(-1)}/manifest.json`;
    await client.send(
      new PutObjectCommand({ Bucket: to.Bucket, Key: manifest, Body: JSON.stringify(manifestOf(children)) }),
    );
    return {
      result: { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: to.Bucket, Key: manifest } },
      children,
    };
  } finally {
    client.destroy();
  }
}

const manifestOf = (children: readonly Child[]): unknown => ({
  SUCCEEDED: children.filter(({ executed }) => executed.status === 'SUCCEEDED').length,
  FAILED: children.filter(({ executed }) => executed.status !== 'SUCCEEDED').length,
});

function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function mapWithLimit<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
