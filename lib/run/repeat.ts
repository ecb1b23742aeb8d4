/** What has to be seen again before it counts. Pure: the vantage itself asks it, or whoever judges many vantages. */
import type { Endpoint } from '../model/endpoint.ts';
import type { Observation } from '../model/observation.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { Verdict } from '../model/vocabulary.ts';
import { isDnsAnswer } from '../net/dns-codes.ts';
import { judgeEndpoint } from '../verdict/endpoint.ts';
import type { JudgedObservation } from '../verdict/judged.ts';

/** Nothing to confirm. The failure of a merely recommended endpoint is a warning, but it is confirmed like any other. */
export const isMet = ({ level }: Endpoint, verdict: Verdict): boolean =>
  verdict === 'pass' || (verdict === 'warn' && level === 'required');

/** What of one attempt has to be seen again before it counts: failures, and silence that proved nothing. */
export function failuresIn(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  factsOf: (one: JudgedObservation) => VantageFacts,
): JudgedObservation[] {
  const strict: Endpoint = { ...endpoint, level: 'required' };
  return judged.filter((one) => {
    const { verdict } = judgeEndpoint(strict, [one], [factsOf(one)]);
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
