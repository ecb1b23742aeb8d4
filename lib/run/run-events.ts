import type { Endpoint } from '../model/endpoint.ts';
import type { Observation } from '../model/observation.ts';
import type { ControlResult, VantageFacts } from '../model/plan.ts';
import type { EndpointReport, ReportHead, ReportTail } from '../model/report.ts';
import type { VantageResult } from '../model/vantage-result.ts';

/** What a run tells while it runs: reports and progress are made from the same stream. Handlers must not throw. */
export interface RunEvents {
  begin?(head: ReportHead): void;
  probing?(endpoint: Endpoint, attempt: number): void;
  observed?(endpoint: Endpoint, observation: Observation): void;
  control?(result: ControlResult): void;
  /** All that this vantage knows of an endpoint, before `endpoint`: what another place needs to judge it with others. */
  checked?(result: VantageResult): void;
  /** In the order in which they finish; may return a promise (a full pipe), which holds the run back. */
  endpoint?(report: EndpointReport): void | Promise<void>;
  /** Everything that the vantage proved, once all endpoints are through. */
  vantage?(facts: VantageFacts): void;
  end?(tail: ReportTail): void;
}
