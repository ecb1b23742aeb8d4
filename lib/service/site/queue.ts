/** Puts work in line for a site vantage, if it is there to take it. */
import type { ItemStore } from '../ports/item-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import { failure } from '../runs/failure.ts';
import { ANSWER_MARGIN_MS } from '../runs/limits.ts';
import type { Dispatch } from '../runs/messages.ts';
import { stoppedWords } from '../runs/stop.ts';
import { findSite, isStale } from '../state/site-vantages.ts';
import { putWork, type SiteWork } from './work.ts';

export interface QueuePorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** The way there and back in a fleet is two questions, 10 s apart each. */
export const WAY_MS = 20_000;

/**
 * Gives what was put in line. Throws `VantageStale`, `ProberRefused`, `FleetStopped` and `StoreFailed`: what lies in the table without
 * anybody who takes it would only make the run wait.
 *
 * @param token of what waits for it, if that is no process of ours
 */
export async function queueWork(
  dispatch: Dispatch,
  { items, stop, now, randomHex }: QueuePorts,
  token?: string,
): Promise<SiteWork> {
  const { id } = dispatch.vantage;
  // The key of the listeners goes to no machine that others run.
  if (dispatch.withListener === true)
    throw failure('ProberRefused', `${id} is a site vantage, and those challenge no listeners`);
  const [site, stopped] = await Promise.all([findSite(items, id), stop.read()]);
  if (stopped !== undefined) throw failure('FleetStopped', stoppedWords(stopped));
  if (site?.enrolment === undefined)
    throw failure('VantageStale', `${id} was removed, or has not joined again`);
  if (isStale(site, now()))
    throw failure(
      'VantageStale',
      `${id} has not asked for work ${site.heard === undefined ? 'yet' : `since ${site.heard.at}`}: is inbound-check vantage join still running there?`,
    );
  const queuedAt = now();
  const work: SiteWork = {
    id: randomHex(16),
    dispatch,
    queuedAt,
    endsAt: queuedAt + dispatch.deadlineMs + ANSWER_MARGIN_MS + WAY_MS,
    ...(token !== undefined && { token }),
  };
  await putWork(items, work);
  return work;
}
