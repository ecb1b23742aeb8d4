/**
 * Tells what a run changed, once: the decision and its events are stored before they are sent, so that a publication
 * that is tried again sends the same events with the same ids, and one that has sent them sends nothing.
 */
import { decide } from '../changes/decide.ts';
import type { ChangeEvent } from '../model/change-event.ts';
import type { EndpointReport } from '../model/report.ts';
import type { PublishEvents } from '../ports/events.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { withoutRecipients } from '../report/redact.ts';
import { type AnnouncedState, loadAnnounced, type Stored, storeAnnounced } from './announced-store.ts';
import { failure } from './failure.ts';
import { isNewer, type RunStart } from './run-order.ts';

export interface AnnouncePorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly send: PublishEvents;
  /** Stands in the events. */
  readonly fleet: string;
  /** Whether a maintenance window of the target and the run have a moment in common; ISO 8601 UTC. */
  readonly inMaintenance: (target: string, from: string, to: string) => Promise<boolean>;
}

export interface AnnouncedRun extends RunStart {
  readonly finishedAt: string;
}

/** Tries to get between two writes; each lost try means that another run has written. */
const MAX_TRIES = 8;
/** Bytes of events that wait for the bus to be well again; the newest are kept. */
const MAX_WAITING_BYTES = 200_000;

/**
 * Gives the events that it sent. A run that is older than the last one which told anything tells nothing; nor does one
 * of a target that is not registered: whoever asked for it waits for its report.
 *
 * @param reported what the run's report says of the target's endpoints; asked for only if it matters
 */
export async function announceChanges(
  ports: AnnouncePorts,
  target: string,
  reported: () => Promise<readonly EndpointReport[]>,
  run: AnnouncedRun,
): Promise<readonly ChangeEvent[]> {
  const { items, send, fleet, inMaintenance } = ports;
  const { runId, startedAt, finishedAt } = run;
  if (!(await isRegistered(items, target))) return [];
  if (await inMaintenance(target, startedAt, finishedAt)) return [];
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const before = await loadAnnounced(items, target);
    const known = before.state;
    if (known !== undefined && isNewer(known, run)) return [];
    if (known?.runId === runId) return sendOutbox(ports, target, known);
    const context = { fleet, target, runId, startedAt, finishedAt };
    const told = withoutRecipients(await reported());
    const { events, announced } = decide(known?.announced, told, context);
    const waiting = known === undefined || known.sent ? [] : known.events;
    const outbox = bounded([...waiting, ...events]);
    const state = { runId, startedAt, announced, events: outbox, sent: outbox.length === 0 };
    if (await storeAnnounced(items, target, state, before)) return sendOutbox({ items, send }, target, state);
  }
  throw failure('StoreFailed', `what was told of a target changed ${MAX_TRIES} times while it was written`);
}

async function sendOutbox(
  { items, send }: Pick<AnnouncePorts, 'items' | 'send'>,
  target: string,
  state: AnnouncedState,
): Promise<readonly ChangeEvent[]> {
  if (state.sent) return [];
  await send(state.events);
  const { runId, startedAt } = state;
  const before: Stored = { state, mark: { runId, startedAt, sent: false } };
  // Lost to a newer run: that one sends them once more, with the same ids.
  await storeAnnounced(items, target, { ...state, sent: true }, before);
  return state.events;
}

const isRegistered = async (items: Pick<ItemStore, 'get'>, target: string): Promise<boolean> =>
  (await items.get({ pk: `TARGET#${target}`, sk: 'TARGET' })) !== undefined;

function bounded(events: readonly ChangeEvent[]): ChangeEvent[] {
  const kept: ChangeEvent[] = [];
  let bytes = 0;
  for (const event of [...events].reverse()) {
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (bytes > MAX_WAITING_BYTES && kept.length > 0) break;
    kept.unshift(event);
  }
  return kept;
}
