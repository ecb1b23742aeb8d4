/** What has to be seen again before it counts. Pure. */

import { readingFor } from '../../kinds/readings.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import type { JudgedObservation } from './judged.ts';
import { judgementOn } from './judgement.ts';

/** Nothing to confirm. The failure of a merely recommended endpoint is a warning, but it is confirmed like any other. */
export const isExpectationMet = ({ level }: Endpoint, verdict: Verdict): boolean =>
  verdict === 'pass' || (verdict === 'warn' && level === 'required');

/** The parts of one attempt that have to be seen again before they count: failures, silence that proved nothing, and answers that this prober read too late. */
export function failuresIn(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  factsOf: (one: JudgedObservation) => VantageFacts,
): JudgedObservation[] {
  const strict: Endpoint = { ...endpoint, level: 'required' };
  return judged.filter((one) => {
    const { verdict } = judgementOn(strict, [one], [factsOf(one)]);
    const reading = readingFor(one.observation.kind);
    const failed =
      verdict === 'fail' ||
      (verdict === 'inconclusive' &&
        (reading.wasSilent(one.observation) || one.observation.late !== undefined));
    return failed && reading.mayRepeat(one.observation);
  });
}
