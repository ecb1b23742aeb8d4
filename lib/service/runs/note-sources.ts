/** Keeps from which addresses a run was seen to come, and announces those that are new. */
import type { ChangeEvent } from '../../model/change-event.ts';
import { newSourcesEvent } from '../changes/new-sources.ts';
import type { PublishEvents } from '../ports/events.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStart } from '../state/run-order.ts';
import { isFirstLook, noteSource, type SightedSource } from '../state/sources.ts';

export interface SourcesPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly send: PublishEvents;
  readonly fleet: string;
}

/** Returns the event that it sent. Rejects as the store and the bus do; said again for the same run, it sends the same event. */
export async function noteSources(
  { items, send, fleet }: SourcesPorts,
  sighted: readonly SightedSource[],
  run: RunStart,
): Promise<ChangeEvent | undefined> {
  if (sighted.length === 0) return undefined;
  const isFirst = await isFirstLook(items, run);
  const found: SightedSource[] = [];
  for (const one of sighted) if ((await noteSource(items, one, run.runId)) === 'new') found.push(one);
  if (isFirst || found.length === 0) return undefined;
  const event = newSourcesEvent(fleet, found, run);
  await send([event]);
  return event;
}
