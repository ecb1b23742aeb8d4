import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { ChangeEvent } from '../model/change-event.ts';
import type { PublishEvents } from '../service/ports/events.ts';
import { failure } from '../service/runs/failure.ts';
import { CHANGE, EVENT_SOURCE } from '../service/runs/run-events.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

export interface EventBridgeOptions {
  /** Name of the bus. */
  readonly bus: string;
}

/** Entries and bytes of one PutEvents call (EventBridge quotas: 10, and 256 KB with names and times). */
const BATCH = 10;
const BATCH_BYTES = 200_000;
/** EventBridge answers 200 for a call of which it accepted only some entries (throttling); the others are sent again after a pause. */
const MAX_TRIES = 4;
const RETRY_PAUSE_MS = 100;

export function createEventPublisher({ bus }: EventBridgeOptions): PublishEvents {
  const client = new EventBridgeClient(clientSettings);
  return async (events) => {
    for (const batch of batches(events.map((event) => entryOf(event, bus)))) await putAll(client, batch);
  };
}

function batches(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const made: PutEventsRequestEntry[][] = [];
  let batch: PutEventsRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? '');
    if (batch.length === BATCH || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      made.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  return batch.length === 0 ? made : [...made, batch];
}

const entryOf = (event: ChangeEvent, bus: string): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: EVENT_SOURCE,
  DetailType: CHANGE,
  Time: new Date(event.at),
  Detail: JSON.stringify(event),
});

async function putAll(client: EventBridgeClient, entries: readonly PutEventsRequestEntry[]): Promise<void> {
  let left = entries;
  for (let tries = 1; ; tries += 1) {
    const asked = left;
    const { Entries = [] } = await orStoreFailed('put events', () =>
      client.send(new PutEventsCommand({ Entries: [...asked] })),
    );
    // In the order of the request; entries for which the answer has no result were not accepted.
    left = asked.filter((_, index) => Entries[index]?.EventId === undefined);
    if (left.length === 0) return;
    const code = Entries.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode ?? 'no answer';
    if (tries === MAX_TRIES)
      throw failure('StoreFailed', `put events: the bus refused ${left.length} of ${asked.length}: ${code}`);
    await pause(RETRY_PAUSE_MS * 2 ** tries * Math.random());
  }
}
