import type { Endpoint } from '../../model/endpoint.ts';
import type { Finding } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { CommonObservation } from './common-observation.ts';

/** What a diagnosis may look at in addition to the observation. `now`: epoch ms at which certificate dates are judged. */
export interface DiagnosisContext {
  readonly endpoint: Endpoint;
  readonly vantage: VantageFacts;
  readonly now: number;
}

/** The diagnosis of one kind, step by step from the lowest layer: pure. State and faults as seen; the verdict applies the expectation later. */
export type Diagnose<O extends CommonObservation> = (observation: O, context: DiagnosisContext) => Finding;
