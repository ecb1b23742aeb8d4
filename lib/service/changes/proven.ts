/** Which findings of a run are reliable enough for an alert: confirmed, from enough vantages, and not the prober's fault. */
import type { EndpointReport } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { VANTAGES_FOR_ANYWHERE } from '../../engine/verdict/vantages.ts';
import type { Verdict } from '../../model/vocabulary.ts';

/** The cause by which an endpoint that must be closed fails. */
export const EXPOSED = 'exposure.open-but-must-be-closed';

/** The verdict, or `undefined` when the run proves nothing that alerts may rest on. */
export function provenVerdict(report: EndpointReport): Exclude<Verdict, 'inconclusive'> | undefined {
  const { verdict, cause } = report;
  if (verdict === 'inconclusive') return undefined;
  if (verdict === 'fail') {
    if (cause?.startsWith('prober.') === true || !isConfirmed(report)) return undefined;
    // Bytes of the protocol at one vantage prove that a port is open, however many vantages are lost.
    return cause === EXPOSED || enoughVantages(report) ? 'fail' : undefined;
  }
  // A vantage that was lost is a cause with a pass, too; whether enough are left is what counts. What failed first and
  // passed when tried again does not prove that it recovered.
  if (report.flapped === true || !enoughVantages(report)) return undefined;
  return verdict;
}

/** A failure counts when a second attempt saw it too; without confirmations, when the run before did. */
const isConfirmed = ({ observations, history }: EndpointReport): boolean =>
  observations.some(({ attempt }) => attempt > 1) || history?.runs.at(-1)?.verdict === 'fail';

/** Three vantages with a clean answer where as many were asked, else all of those that were. */
function enoughVantages({ observations }: EndpointReport): boolean {
  const asked = new Set(observations.map(({ vantage }) => vantage));
  const counted = new Set(
    lastAttempts(observations)
      .filter(({ state }) => state !== 'inconclusive')
      .map(({ vantage }) => vantage),
  );
  return counted.size > 0 && counted.size >= Math.min(VANTAGES_FOR_ANYWHERE, asked.size);
}
