import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { Observation } from '../model/observation.ts';
import type { VantageFacts } from '../model/plan.ts';

/** What a diagnosis may look at beside the observation. `now`: epoch ms at which certificate dates are judged. */
export interface DiagnosisContext {
  readonly endpoint: Endpoint;
  readonly vantage: VantageFacts;
  readonly now: number;
}

/** The error ladder of one kind: pure. State and faults as seen, before the expectation is applied (that is the verdict's work). */
export type Diagnose<O extends Observation = Observation> = (
  observation: O,
  context: DiagnosisContext,
) => Finding;
