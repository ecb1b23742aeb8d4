/** The real SDK client against an EventBridge that answers as the case asks. */
import type { Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEventPublisher } from '../../lib/aws/events.ts';
import type { ChangeEvent } from '../../lib/model/change-event.ts';
import { live, report } from '../service/changes/runs.ts';
import { startService, stopService } from './service.ts';

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
}
let server: Server;
let calls: Entry[][];
/** Error code for an entry by its index and the number of the call; `undefined`: taken. */
let refuses: (index: number, call: number) => string | undefined;

beforeEach(async () => {
  calls = [];
  refuses = () => undefined;
  server = await startService('EVENTBRIDGE', async (request, response) => {
    const { Entries } = (await json(request)) as { Entries: Entry[] };
    calls.push(Entries);
    const answers = Entries.map((_, index) => {
      const ErrorCode = refuses(index, calls.length);
      return ErrorCode === undefined ? { EventId: `event-${index}` } : { ErrorCode, ErrorMessage: 'because' };
    });
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: answers }));
  });
  vi.stubEnv('AWS_REGION', 'eu-central-1');
});
afterEach(() => stopService(server));

const [failing] = live([[report({ verdict: 'fail' })]]).flat();
const events = (count: number, text = ''): ChangeEvent[] =>
  Array.from({ length: count }, (_, index) => {
    if (failing === undefined) throw new Error('nothing failed');
    return { ...failing, id: index.toString(16).padStart(32, '0'), text };
  });
const ids = (entries: readonly Entry[]) =>
  entries.map(({ Detail }) => Number.parseInt((JSON.parse(Detail) as ChangeEvent).id, 16));
const put = (list: readonly ChangeEvent[]) => createEventPublisher({ bus: 'inbound-check' })(list);

it('puts each event on the bus of the fleet, at the time of its run', async () => {
  const [event] = events(1);
  if (event === undefined) throw new Error('no event');
  await put([event]);
  expect(calls).toMatchObject([
    [{ EventBusName: 'inbound-check', Source: 'inbound-check', DetailType: 'Inbound Check Change' }],
  ]);
  expect(JSON.parse(calls[0]?.[0]?.Detail ?? '')).toEqual(event);
  expect(calls[0]?.[0]?.Time).toBe(Date.parse(event.at) / 1_000);
});

it('puts ten at a time, and fewer when they are large', async () => {
  await put(events(23));
  expect(calls.map((entries) => entries.length)).toEqual([10, 10, 3]);
  calls = [];
  await put(events(3, 'x'.repeat(90_000)));
  expect(calls.map((entries) => entries.length)).toEqual([2, 1]);
});

it('asks for nothing when there is nothing', async () => {
  await put([]);
  expect(calls).toEqual([]);
});

it('puts those again that the bus did not take', async () => {
  refuses = (index, call) => (call === 1 && index % 2 === 1 ? 'ThrottlingException' : undefined);
  await put(events(4));
  expect(calls.map(ids)).toEqual([
    [0, 1, 2, 3],
    [1, 3],
  ]);
});

it('ends with StoreFailed and the bus’s own word when it never takes one', async () => {
  refuses = (index) => (index === 0 ? 'InternalFailure' : undefined);
  await expect(put(events(2))).rejects.toMatchObject({
    name: 'StoreFailed',
    message: 'put events: the bus refused 1 of 1: InternalFailure',
  });
  expect(calls).toHaveLength(4);
});
