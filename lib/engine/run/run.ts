/** A check from one machine: measures, judges, and measures again what must be seen twice before it counts. */

import { PATH_ONLY } from '../../kinds/listener/proof-in-report.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { REPORT_SCHEMA } from '../../model/report-version.ts';
import { countVerdicts } from '../../model/verdict-counts.ts';
import { isoTime } from '../../net/clock.ts';
import type { Release } from '../../net/slots.ts';
import {
  type Measuring,
  type MeasuringOptions,
  maxInProgress,
  startMeasuring,
} from '../measure/measuring.ts';
import { pullThrough } from '../measure/pull.ts';
import { allVantageFacts, factsFor } from '../measure/vantage-facts.ts';
import { measuredWith } from '../measured-with.ts';
import type { MeasuredWith, ReportHead, ReportTail } from '../report-schema.ts';
import { createHeadline } from '../verdict/headline.ts';
import type { JudgedObservation } from '../verdict/judged.ts';
import { toReportVantage } from '../verdict/report-vantage.ts';
import { concludeRun } from '../verdict/run.ts';
import { type Checked, checkEndpoint } from './confirm.ts';
import type { RunEvents } from './run-events.ts';

export interface RunOptions extends MeasuringOptions {
  /** Id of the run, as written in the report. */
  readonly id: string;
  /** Id of the profile that the endpoints come from. */
  readonly profile?: string;
  /** What its endpoints' own assertions and profiles change about the meaning of a pass. */
  readonly asked?: readonly MeasuredWith[];
  /** Taken one by one, as slots become free; may be lazy and long. */
  readonly endpoints: Iterable<Endpoint>;
  readonly events: RunEvents;
  /** Ctrl-C: the run ends immediately with what was measured. `context.deadline` must abort with it. */
  readonly signal?: AbortSignal;
  /** Shown large in every report, such as that this is a demo. */
  readonly notice?: string;
}

/**
 * Runs a check from one vantage: measures and judges each endpoint, and hands its report to `events.endpoint` as soon as
 * it exists. Keeps no report after that, so memory does not grow with the number of endpoints.
 *
 * At the end of `context.deadline` endpoints in flight return what they have. If `signal` ended the run, the rest is
 * left out and the report is partial; if time did, each remaining endpoint is reported as `prober.deadline`.
 *
 * Rejects only for a bug: when the iterable or a handler of `events` throws.
 */
export async function runCheck(options: RunOptions): Promise<ReportTail> {
  const { context, events, signal } = options;
  const measuring = startMeasuring(options);
  const head = reportHead(options, measuring);
  const counts = countVerdicts();
  const headline = createHeadline();
  const cut = { short: false };
  events.begin?.(head);

  const tell = async ({ report, judged }: Checked): Promise<void> => {
    counts[report.verdict] += 1;
    headline.add(report);
    const measured = judged.map(({ finding: _, ...one }) => one);
    const facts = factsFor(judged, report.port, measuring);
    events.measured?.({ endpointId: report.id, measured, facts });
    const drained = events.endpoint?.(report);
    if (drained === undefined) return;
    // A full pipe slows the run down: reports that wait to be written take the slots of further probes.
    const place = await measuring.slots.acquire();
    try {
      await drained;
    } finally {
      place();
    }
  };

  const visit = async (endpoint: Endpoint, slot: Release): Promise<void> => {
    const checked = await checkEndpoint(endpoint, measuring, slot);
    const missing = checked.judged.filter(wasCutOff).length;
    if (missing > 0 || checked.cutShort) cut.short = true;
    if (signal?.aborted && missing === checked.judged.length) return;
    await tell(checked);
  };

  try {
    await pullThrough(options.endpoints, visit, {
      slots: measuring.slots,
      outstanding: maxInProgress(measuring),
      stop: () => {
        if (signal?.aborted) cut.short = true;
        return signal?.aborted === true;
      },
    });
    await measuring.sources.settled();
  } finally {
    measuring.negatives.stop();
  }

  const vantage = allVantageFacts(measuring);
  events.vantage?.(vantage);
  const tail: ReportTail = {
    ...head,
    vantages: [toReportVantage(vantage)],
    // A clock that was set back meanwhile must not make a run end before it began.
    finishedAt: isoTime(Math.max(context.clock.now(), Date.parse(head.startedAt))),
    ...concludeRun(counts, { vantages: 1, partial: cut.short, headline }),
    counts,
    ...(cut.short && { partial: true }),
    ...(headline.proofs.proven > 0 && { remarks: [PATH_ONLY] }),
  };
  events.end?.(tail);
  return tail;
}

function reportHead(
  { id, profile, notice, context, settings, asked }: RunOptions,
  measuring: Measuring,
): ReportHead {
  const told = measuredWith(settings, asked);
  return {
    schema: REPORT_SCHEMA,
    id,
    ...(profile !== undefined && { profile }),
    startedAt: isoTime(context.clock.now()),
    ...(told.length > 0 && { measuredWith: told }),
    ...(notice !== undefined && { notice }),
    ...(settings.contact !== undefined && { contact: settings.contact }),
    vantages: [toReportVantage(allVantageFacts(measuring))],
  };
}

/** The end of the run came before this could be measured. */
const wasCutOff = ({ finding }: JudgedObservation): boolean =>
  finding.faults.some(({ cause }) => cause === 'prober.deadline');
