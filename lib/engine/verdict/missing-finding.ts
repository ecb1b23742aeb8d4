import { fault, finding } from '../../kinds/contract/fault.ts';
import type { Sentence } from '../../kinds/contract/sentences.ts';
import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import type { Finding } from '../../model/finding.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import type { Measured, Missing } from '../measured.ts';

const CAUSES = {
  deadline: 'prober.deadline',
  stopped: 'prober.stopped',
  fault: 'prober.unavailable',
  'not-authorised': 'prober.target-not-authorised',
} as const satisfies Record<Missing['why'], CauseCode>;

/** A prober of an earlier version sends only its sentence. */
function missingSentence(
  { why, text, detail, lost }: Missing,
  endpoint: string,
  { vantage, address }: Pick<Measured['observation'], 'vantage' | 'address'>,
): Sentence {
  if (detail === undefined) return say.notMeasured({ reason: text });
  switch (why) {
    case 'deadline':
      return say.notProbedInTime({ endpoint });
    case 'stopped':
      return say.notProbedWhenStopped({ endpoint, vantage });
    case 'not-authorised':
      return say.addressNotProven({ endpoint, address });
    case 'fault':
      return lost === true
        ? say.vantageLost({ vantage, endpoint, detail })
        : say.proberFailed({ endpoint, detail });
    default:
      return why satisfies never;
  }
}

/** What is found of an observation that could not be made: inconclusive, and why. Needs no diagnosis. */
export const missingFinding = (
  endpointId: string,
  { observation, missing }: Measured & { readonly missing: Missing },
): Finding =>
  finding('inconclusive', [fault(CAUSES[missing.why], missingSentence(missing, endpointId, observation))]);
