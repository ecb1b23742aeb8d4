import type { Endpoint } from '../model/endpoint.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { EndpointReport } from '../model/report.ts';
import type { Verdict } from '../model/vocabulary.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { judgeEndpoint } from '../verdict/endpoint.ts';
import type { JudgedObservation } from '../verdict/judged.ts';
import { probeEndpoint } from './probe-endpoint.ts';
import { failuresIn, isMet } from './repeat.ts';
import { type RunState, vantageFacts } from './run-state.ts';
import type { Release } from './slots.ts';

export interface Checked {
  readonly report: EndpointReport;
  readonly judged: readonly JudgedObservation[];
  /** The end of the run cut a confirmation off. */
  readonly cutShort: boolean;
}

/**
 * Checks an endpoint: probes it, and probes what failed again, `settings.confirm` times at most with a pause before
 * each, until it passes. No slot is held while it pauses.
 *
 * @param held the slot for the first attempt
 */
export async function checkEndpoint(endpoint: Endpoint, run: RunState, held: Release): Promise<Checked> {
  const { confirm, confirmPauseMs } = run.settings;
  const before = run.attempt.again?.get(endpoint.id);
  const start = { endpoint, number: run.attempt.number, ...(before && { again: before }) };
  const judged = await probeEndpoint(start, run, held);
  const first = judge(endpoint, judged, run);
  let again = toConfirm(endpoint, first.verdict, judged, run);
  if (again.length === 0 || confirm === 0) return { report: first, judged, cutShort: false };
  let cutShort = false;
  for (let number = start.number + 1; number <= start.number + confirm && again.length > 0; number += 1) {
    if (!(await pause(confirmPauseMs, run.context.deadline))) {
      cutShort = true;
      break;
    }
    const slot = await run.slots.acquire();
    const tried = again.map(({ observation }) => observation);
    const repeated = await probeEndpoint({ endpoint, number, again: tried }, run, slot);
    judged.push(...repeated);
    again = failuresIn(endpoint, repeated, factsIn(run, endpoint));
  }
  return { report: judge(endpoint, judged, run), judged, cutShort };
}

/** The verdict on these observations, by what the vantage has proved on this port. */
export function judge(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  run: RunState,
): EndpointReport {
  return judgeEndpoint(endpoint, [...judged], [factsFor(judged, endpoint.port, run)]);
}

/** What the vantage has proved that bears on these observations of one endpoint. */
export function factsFor(judged: readonly JudgedObservation[], port: number, run: RunState): VantageFacts {
  const address = judged.find(({ observation }) => observation.address !== '')?.observation.address;
  return vantageFacts(run, address ?? '', port);
}

function toConfirm(
  endpoint: Endpoint,
  verdict: Verdict,
  judged: readonly JudgedObservation[],
  run: RunState,
): JudgedObservation[] {
  return isMet(endpoint, verdict) ? [] : failuresIn(endpoint, judged, factsIn(run, endpoint));
}

const factsIn =
  (run: RunState, { port }: Endpoint) =>
  (one: JudgedObservation): VantageFacts =>
    factsFor([one], port, run);

/** False when the run ended first. */
function pause(ms: number, deadline: AbortSignal): Promise<boolean> {
  if (deadline.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (whole: boolean): void => {
      clearTimeout(timer);
      offDeadline(deadline, onEnd);
      resolve(whole);
    };
    const onEnd = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    onDeadline(deadline, onEnd);
  });
}
