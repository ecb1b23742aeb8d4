import type { Endpoint } from '../model/endpoint.ts';
import type { Observation } from '../model/observation.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { EndpointReport } from '../model/report.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { isDnsAnswer } from '../net/dns-codes.ts';
import { judgeEndpoint } from '../verdict/endpoint.ts';
import type { JudgedObservation } from '../verdict/judged.ts';
import { probeEndpoint } from './probe-endpoint.ts';
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
  const judged = await probeEndpoint({ endpoint, number: 1 }, run, held);
  const first = judge(endpoint, judged, run);
  // The failure of a merely recommended endpoint is a warning, but it is confirmed like any other.
  const strict: Endpoint = { ...endpoint, level: 'required' };
  const isMet = first.verdict === 'pass' || (first.verdict === 'warn' && endpoint.level === 'required');
  let again = isMet ? [] : toRepeat(strict, judged, run);
  if (again.length === 0 || confirm === 0) return { report: first, judged, cutShort: false };
  let cutShort = false;
  for (let number = 2; number <= 1 + confirm && again.length > 0; number += 1) {
    if (!(await pause(confirmPauseMs, run.context.deadline))) {
      cutShort = true;
      break;
    }
    const slot = await run.slots.acquire();
    const repeated = await probeEndpoint({ endpoint, number, again }, run, slot);
    judged.push(...repeated);
    again = toRepeat(strict, repeated, run);
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

/** What of one attempt has to be seen again before it counts: failures, and silence that proved nothing. */
function toRepeat(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  run: RunState,
): JudgedObservation[] {
  return judged.filter((one) => {
    const { verdict } = judge(endpoint, [one], run);
    const failed = verdict === 'fail' || (verdict === 'inconclusive' && wasSilent(one.observation));
    return failed && mayRepeat(one.observation);
  });
}

function wasSilent(observation: Observation): boolean {
  if (observation.kind !== 'dns') return observation.connect.status === 'timeout';
  return observation.dns.answers.some(({ code }) => !isDnsAnswer(code) && code !== 'DEADLINE');
}

/**
 * What the guard refused stays refused. A mail server that answered is not called again at once: its reply won't have
 * changed, greylisting asks for five minutes or more, and servers deny-list clients that come back in seconds.
 */
function mayRepeat(observation: Observation): boolean {
  switch (observation.kind) {
    case 'dns':
      return true;
    case 'smtp':
    case 'smtps':
      return observation.smtp?.banner === undefined && isDialable(observation);
    case 'tcp':
    case 'tls':
    case 'http':
    case 'https':
    case 'ssh':
    case 'ntp':
      return isDialable(observation);
    default:
      return observation satisfies never;
  }
}

const isDialable = ({ connect }: Exclude<Observation, { kind: 'dns' }>): boolean =>
  connect.status !== 'refused-by-guard' && connect.status !== 'deadline';

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
