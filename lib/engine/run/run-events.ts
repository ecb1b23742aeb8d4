import type { VantageFacts } from '../../model/plan.ts';
import type { MeasureEvents } from '../measure/measure-events.ts';
import type { EndpointReport, ReportHead, ReportTail } from '../report-schema.ts';

/** The events of a run: reports and progress are made from the same stream. Handlers must not throw. */
export interface RunEvents extends MeasureEvents {
  begin?(head: ReportHead): void;
  /** After `measured`, in the order in which they finish; may return a promise (a full pipe), which slows the run down. */
  endpoint?(report: EndpointReport): void | Promise<void>;
  /** Everything that the vantage proved, once all endpoints are finished. */
  vantage?(facts: VantageFacts): void;
  end?(tail: ReportTail): void;
}
