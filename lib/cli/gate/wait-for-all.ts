/** The loop of a gate, whoever measures: a fleet, a station, or this machine. */
import { type GateState, nextStep } from '../../engine/gate/next-step.ts';
import type { EndpointReport, Report } from '../../engine/report-schema.ts';
import { updateReport } from '../../report/merge.ts';
import { visible } from '../../report/words/visible.ts';
import { message } from '../terminal/message.ts';
import type { Pacing } from './pacing.ts';
import type { GateTimes } from './times.ts';
import { redNames, tellChanges, tellLeft, tellStart } from './told.ts';

interface WithReport {
  readonly report: Report;
}

/** `isTooOften`: a prober that asks to come again later. */
type Unseen = { readonly ok: false; readonly isTooOften?: boolean };
export type GateSeen<T extends WithReport> = { readonly ok: true } & T;

/** @param only ids of endpoints; absent: all */
export type GateProbe<T extends WithReport, U extends Unseen> = (
  only: readonly string[] | undefined,
) => Promise<GateSeen<T> | U>;

/** A pass that waits for a mail server may come this long after the time is over. */
const GRACE_MS = 310_000;

/**
 * Probes everything, then what still fails, and once more everything when all has passed. Changes are told on standard
 * error.
 *
 * @returns the last state, whose report has each endpoint as it was seen last; or what the prober said instead of an answer
 */
export async function waitForAll<T extends WithReport, U extends Unseen>(
  probe: GateProbe<T, U>,
  { everyMs, forMs }: GateTimes,
  pacing: Pacing,
): Promise<GateSeen<T> | U> {
  const beganAt = pacing.now();
  const deadline = beganAt + forMs;
  const first = await probe(undefined);
  if (!first.ok || pacing.signal?.aborted) return first;
  let shown: GateSeen<T> = first;
  let state = stateAfter(undefined, first.report.endpoints, beganAt, true);
  tellStart(state);
  for (;;) {
    const step = nextStep(state, everyMs);
    if (step.kind === 'done') break;
    if (step.kind === 'hopeless') {
      message('what is left can’t change by waiting: see its causes below');
      break;
    }
    const isWhole = step.only === undefined;
    if (step.at > deadline + (isWhole ? GRACE_MS : 0)) {
      message(visible(`the time is over; still not passing: ${redNames(state)}`));
      break;
    }
    if (isWhole) message('everything passes; checking all of it once more');
    await pacing.until(step.at);
    if (pacing.signal?.aborted) break;
    const at = pacing.now();
    const next = await probe(step.only);
    // A probe that was cut off says less than the one before it.
    if (pacing.signal?.aborted) break;
    if (!next.ok) {
      if (next.isTooOften !== true || pacing.now() > deadline) return next;
      // The endpoints wait as long as if they had been probed.
      state = postponed(state, step.only, at);
      continue;
    }
    const changed = tellChanges(state, next.report.endpoints);
    state = stateAfter(isWhole ? undefined : state, next.report.endpoints, at, isWhole);
    shown = isWhole ? next : { ...next, report: updateReport(shown.report, next.report) };
    if (changed && !isWhole) tellLeft(state);
  }
  return shown;
}

export function stateAfter(
  before: GateState | undefined,
  endpoints: readonly EndpointReport[],
  at: number,
  isWhole: boolean,
): GateState {
  const known = new Map(before?.known.map((one) => [one.endpoint.id, one]));
  for (const endpoint of endpoints) known.set(endpoint.id, { endpoint, probedAt: at });
  return { known: [...known.values()], lastWasWhole: isWhole };
}

function postponed(state: GateState, only: readonly string[] | undefined, at: number): GateState {
  const known = state.known.map((one) =>
    only === undefined || only.includes(one.endpoint.id) ? { ...one, probedAt: at } : one,
  );
  return { ...state, known };
}
