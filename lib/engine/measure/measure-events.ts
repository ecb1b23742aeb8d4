import type { Observation } from '../../kinds/observation.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { ControlResult } from '../../model/plan.ts';
import type { VantageResult } from '../vantage-result.ts';

/** The events while a vantage measures. Handlers must not throw. */
export interface MeasureEvents {
  probing?(endpoint: Endpoint, attempt: number): void;
  observed?(endpoint: Endpoint, observation: Observation): void;
  control?(result: ControlResult): void;
  /** All that was measured about an endpoint: what another program needs to judge it together with others. */
  measured?(result: VantageResult): void;
}
