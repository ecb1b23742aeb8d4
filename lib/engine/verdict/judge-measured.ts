import { fault, finding } from '../../kinds/contract/fault.ts';
import { diagnose } from '../../kinds/diagnoses.ts';
import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Finding } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { printable } from '../../net/printable.ts';
import type { Measured } from '../measured.ts';
import type { JudgedObservation } from './judged.ts';
import { missingFinding } from './missing-finding.ts';

/**
 * Diagnoses what was measured, by what the vantage had proved. Pure: dates of certificates are judged at the moment at
 * which they were seen, so that the same observation always gives the same finding, on any machine and at any time.
 */
export function judgeMeasured(
  endpoint: Endpoint,
  measured: Measured,
  vantage: VantageFacts,
): JudgedObservation {
  return { ...measured, finding: findingOf(endpoint, measured, vantage) };
}

function findingOf(endpoint: Endpoint, measured: Measured, vantage: VantageFacts): Finding {
  const { observation, missing } = measured;
  if (missing !== undefined) return missingFinding(endpoint.id, { ...measured, missing });
  try {
    return diagnose(observation, { endpoint, vantage, now: Date.parse(observation.startedAt) });
  } catch (error) {
    // A bug in a diagnosis: what was seen stays in the report, and nothing is claimed about it.
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return finding('inconclusive', [
      fault('prober.unavailable', say.notJudged({ endpoint: endpoint.id, reason: printable(message, 300) })),
    ]);
  }
}
