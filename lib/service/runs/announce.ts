/**
 * Announces what a run changed, once: the decision and its events are stored before they are sent, so that a publication
 * that is tried again sends the same events with the same ids, and one that has sent them sends nothing.
 */

import type { EndpointReport } from '../../engine/report-schema.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import { withoutRecipients } from '../../report/redact.ts';
import { decide } from '../changes/decide.ts';
import type { PublishEvents } from '../ports/events.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { type AnnouncedState, changeAnnounced, markSent } from '../state/announced.ts';
import { isSuperseded, type RunStart } from '../state/run-order.ts';
import { isRegistered } from '../state/targets.ts';
import { failure } from './failure.ts';

export interface AnnouncePorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly send: PublishEvents;
  /** It is in the events. */
  readonly fleet: string;
  /** Whether a maintenance window of the target and the run have a moment in common; ISO 8601 UTC. */
  readonly inMaintenance: (target: string, from: string, to: string) => Promise<boolean>;
  /** Milliseconds since 1970; `isSuperseded`. */
  readonly now?: () => number;
}

export interface AnnouncedRun extends RunStart {
  readonly finishedAt: string;
}

/** Bytes of events that wait until the bus works again; the newest are kept. */
const MAX_WAITING_BYTES = 200_000;

/**
 * Returns the events that it sent. A run that is older than the last one that announced anything announces nothing; the same is true for one
 * of a target that is not registered: its requester waits for the report anyway.
 *
 * @param endpoints what the run's report says of the target's endpoints
 */
export async function announceChanges(
  ports: AnnouncePorts,
  target: string,
  endpoints: readonly EndpointReport[],
  run: AnnouncedRun,
): Promise<readonly ChangeEvent[]> {
  const { items, send, fleet, inMaintenance } = ports;
  const { runId, startedAt, finishedAt } = run;
  if (!(await isRegistered(items, target))) return [];
  if (await inMaintenance(target, startedAt, finishedAt)) return [];
  const state = await changeAnnounced<AnnouncedState | undefined>(items, target, async (known) => {
    if (known !== undefined && isSuperseded(run, known, ports.now?.())) return { outcome: undefined };
    if (known?.runId === runId) return { outcome: known };
    const context = { fleet, target, runId, startedAt, finishedAt };
    const told = withoutRecipients(endpoints);
    const { events, announced } = decide(known?.announced, told, context);
    const waiting = known === undefined || known.sent ? [] : known.events;
    const outbox = bounded([...waiting, ...events]);
    const next = { runId, startedAt, announced, events: outbox, sent: outbox.length === 0 };
    return { outcome: next, write: next };
  });
  if (state === 'busy')
    throw failure(
      'StoreFailed',
      'what was reported of a target changed again and again while it was written',
    );
  if (state === undefined || state.sent) return [];
  await send(state.events);
  // Lost to a newer run: that one sends them once more, with the same ids.
  await markSent(items, target, state);
  return state.events;
}

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
