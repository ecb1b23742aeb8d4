import type { Observation } from '../../kinds/observation.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { offDeadline, onDeadline } from '../../net/deadline.ts';
import type { Release } from '../../net/slots.ts';
import { type Attempt, measureEndpoint } from '../measure/measure-endpoint.ts';
import type { Measuring } from '../measure/measuring.ts';
import type { Tried } from '../measure/tried.ts';
import { factsFor } from '../measure/vantage-facts.ts';
import type { Measured } from '../measured.ts';
import type { EndpointReport } from '../report-schema.ts';
import { judgeEndpoint } from '../verdict/endpoint.ts';
import { judgeMeasured } from '../verdict/judge-measured.ts';
import type { JudgedObservation } from '../verdict/judged.ts';
import { failuresIn, isExpectationMet } from '../verdict/to-confirm.ts';

export interface Checked {
  readonly report: EndpointReport;
  readonly judged: readonly JudgedObservation[];
  /** The end of the run stopped a confirmation. */
  readonly cutShort: boolean;
}

/**
 * Checks an endpoint from this machine only: measures it, judges what was seen, and measures again what failed,
 * `settings.confirm` times at most with a pause before each, until it passes. No slot is taken while it pauses.
 *
 * @param slot the slot for the first attempt
 */
export async function checkEndpoint(
  endpoint: Endpoint,
  measuring: Measuring,
  slot: Release,
): Promise<Checked> {
  const { confirm, confirmPauseMs } = measuring.settings;
  const { number: start, again: before } = measuring.attempt;
  const measure = async (
    attempt: Pick<Attempt, 'number' | 'again'>,
    slot: Release,
  ): Promise<JudgedObservation[]> => {
    const last = attempt.number >= start + confirm;
    return judge(endpoint, await measureEndpoint({ endpoint, ...attempt, last }, measuring, slot), measuring);
  };

  const failedBefore = before?.get(endpoint.id);
  const judged = await measure({ number: start, ...(failedBefore && { again: failedBefore }) }, slot);
  const first = report(endpoint, judged, measuring);
  let again = isExpectationMet(endpoint, first.verdict)
    ? []
    : failuresIn(endpoint, judged, factsIn(measuring));
  if (again.length === 0 || confirm === 0) return { report: first, judged, cutShort: false };
  let cutShort = false;
  for (let number = start + 1; number <= start + confirm && again.length > 0; number += 1) {
    if (!(await pause(confirmPauseMs, measuring.context.deadline))) {
      cutShort = true;
      break;
    }
    const slot = await measuring.slots.acquire();
    const repeated = await measure(
      { number, again: again.map(({ observation }) => triedOf(observation)) },
      slot,
    );
    judged.push(...repeated);
    again = failuresIn(endpoint, repeated, factsIn(measuring));
  }
  return { report: report(endpoint, judged, measuring), judged, cutShort };
}

/** Each observation, judged by what the vantage has proved about it. */
const judge = (
  endpoint: Endpoint,
  measured: readonly Measured[],
  measuring: Measuring,
): JudgedObservation[] => measured.map((one) => judgeMeasured(endpoint, one, factsIn(measuring)(one)));

const report = (
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  measuring: Measuring,
): EndpointReport => judgeEndpoint(endpoint, judged, [factsFor(judged, endpoint.port, measuring)]);

const factsIn = (measuring: Measuring) => (one: Measured) => factsFor([one], one.observation.port, measuring);

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

const triedOf = (observation: Observation): Tried => ({
  address: observation.address,
  ...(observation.family !== undefined && { family: observation.family }),
  silent: readingFor(observation.kind).wasSilent(observation),
});
