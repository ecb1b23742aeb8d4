import type { Finding } from '../model/finding.ts';
import type { Observation } from '../model/observation.ts';

/** One observation with its diagnosis. */
export interface JudgedObservation {
  readonly observation: Observation;
  readonly finding: Finding;
  /** Id of the vantage. */
  readonly vantage: string;
  /** 1 for the first attempt, 2… for confirmations. */
  readonly attempt: number;
}
