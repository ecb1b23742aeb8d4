/** EventBridge: takes PutEvents and keeps what was put. */
import { randomUUID } from 'node:crypto';
import { ACCOUNT } from './account.ts';
import { type Front, type FrontOptions, startFront } from './front.ts';
import { jsonError } from './loopback-server.ts';

export interface PutEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  readonly bus: string;
}

export interface EventBus extends Front {
  readonly events: readonly PutEvent[];
  /** Called with each accepted event, in this order: the rules. */
  readonly takers: ((event: PutEvent) => void)[];
}

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  readonly EventBusName?: string;
}

/** Bytes of one entry (EventBridge quotas: the whole request at most 256 KB). */
const MAX_ENTRY = 262_144;

export async function startEventBus(authorise: FrontOptions['authorise']): Promise<EventBus> {
  const events: PutEvent[] = [];
  const takers: EventBus['takers'] = [];
  const front = await startFront({
    actionOf: ({ headers, body, caller }) => {
      if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined;
      const [first] = entriesOf(body);
      return { action: 'events:PutEvents', resource: busArn(first?.EventBusName, caller?.region) };
    },
    authorise,
    deny: (message) => jsonError(400, 'AccessDeniedException', message),
    async service({ body }) {
      const results = entriesOf(body).map((entry) => {
        const { Source, DetailType, Detail, Resources = [], EventBusName = 'default' } = entry;
        const detail = detailOf(Detail);
        if (Source === undefined || DetailType === undefined || detail === undefined)
          return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        if (Buffer.byteLength(JSON.stringify(entry)) > MAX_ENTRY)
          return { ErrorCode: 'EntryTooLarge', ErrorMessage: 'Entry exceeds 256 KB.' };
        const bus = EventBusName.split('/').at(-1) ?? EventBusName;
        const put = { source: Source, detailType: DetailType, detail, resources: Resources, bus };
        events.push(put);
        for (const take of takers) take(put);
        return { EventId: randomUUID() };
      });
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify({
          FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
          Entries: results,
        }),
      };
    },
  });
  return Object.assign(front, { events, takers });
}

const entriesOf = (body: Buffer): readonly Entry[] =>
  (JSON.parse(body.toString()) as { Entries: readonly Entry[] }).Entries;

/** EventBridge takes a JSON object as text, nothing else. */
function detailOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

const busArn = (name = 'default', region = ''): string =>
  name.startsWith('arn:') ? name : `arn:aws:events:${region}:${ACCOUNT}:event-bus/${name}`;
