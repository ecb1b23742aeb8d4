import type { Endpoint } from '../model/endpoint.ts';
import type { ReportHead, ReportTail } from '../model/report.ts';
import { REPORT_SCHEMA } from '../model/report-version.ts';
import type { RunSettings } from '../model/request.ts';
import type { ProbeContext, ProbeRegistry } from '../probe/probe.ts';
import type { JudgedObservation } from '../verdict/judged.ts';
import { emptyCounts, judgeRun, runSummary } from '../verdict/run.ts';
import { type Checked, checkEndpoint, factsFor, judge } from './confirm.ts';
import { createControls } from './controls.ts';
import { createNegativeControls } from './negative-control.ts';
import { pullThrough } from './pull.ts';
import { toReportVantage, wholeVantage } from './report-vantage.ts';
import { createResolve } from './resolution.ts';
import type { RunEvents } from './run-events.ts';
import type { FirstAttempt, RunState, RunVantage } from './run-state.ts';
import { createSlots, type Release } from './slots.ts';
import { createTurns } from './turns.ts';
import { unmeasured } from './unmeasured.ts';

export interface RunOptions {
  /** Id of the run, as it stands in the report. */
  readonly id: string;
  /** Id of the profile that the endpoints come from. */
  readonly profile?: string;
  /** Pulled from one by one, as places become free; may be lazy and long. */
  readonly endpoints: Iterable<Endpoint>;
  readonly settings: RunSettings;
  /** Its `deadline` ends the run, be it by time or by `signal`. */
  readonly context: ProbeContext;
  readonly probes: ProbeRegistry;
  readonly vantage: RunVantage;
  readonly events: RunEvents;
  /** Ctrl-C: the run ends at once with what was measured. `context.deadline` must abort with it. */
  readonly signal?: AbortSignal;
  /** Absent: the first. */
  readonly attempt?: FirstAttempt;
  /** Shown large in every report, such as that this is a demo. */
  readonly notice?: string;
}

/**
 * Runs a check from one vantage: plans, probes, diagnoses and judges each endpoint, and hands its report to
 * `events.endpoint` as soon as it is there. Holds no report after that, so memory is flat in the number of endpoints.
 *
 * At the end of `context.deadline` endpoints in flight return what they have. If `signal` ended the run, the rest is
 * left out and the report is partial; if time did, each remaining endpoint is reported as `prober.deadline`.
 *
 * Rejects only for a bug: when the iterable or a handler of `events` throws.
 */
export async function runCheck(options: RunOptions): Promise<ReportTail> {
  const { settings, context, events, signal } = options;
  const run = startRun(options);
  const head = reportHead(options, run);
  const counts = emptyCounts();
  const cut = { short: false };
  events.begin?.(head);

  const report = async ({ report: one, judged }: Pick<Checked, 'report' | 'judged'>): Promise<void> => {
    counts[one.verdict] += 1;
    events.checked?.({ endpointId: one.id, judged: [...judged], facts: factsFor(judged, one.port, run) });
    const drained = events.endpoint?.(one);
    if (drained === undefined) return;
    // A full pipe holds the run back: while reports wait to be written they take the places of further probes.
    const place = await run.slots.acquire();
    try {
      await drained;
    } finally {
      place();
    }
  };

  const visit = async (endpoint: Endpoint, held: Release): Promise<void> => {
    if (context.deadline.aborted) {
      held();
      cut.short = true;
      if (signal?.aborted) return;
      const judged = [unprobed(endpoint, run)];
      await report({ report: judge(endpoint, judged, run), judged });
      return;
    }
    const checked = await check(endpoint, run, held);
    const missing = checked.judged.filter(wasCutOff).length;
    if (missing > 0 || checked.cutShort) cut.short = true;
    if (signal?.aborted && missing === checked.judged.length) return;
    await report(checked);
  };

  try {
    await pullThrough(options.endpoints, visit, {
      slots: run.slots,
      // Those that pause before a confirmation hold no slot but a report in the making, so they are bounded too.
      outstanding: settings.concurrency * 16,
      stop: () => {
        if (signal?.aborted) cut.short = true;
        return signal?.aborted === true;
      },
    });
  } finally {
    run.negatives.stop();
  }

  const vantage = wholeVantage(run);
  events.vantage?.(vantage);
  const verdict = judgeRun(counts);
  const tail: ReportTail = {
    ...head,
    vantages: [toReportVantage(vantage)],
    finishedAt: isoTime(context.clock.now()),
    verdict,
    summary: runSummary(counts, { vantages: 1, partial: cut.short }),
    counts,
    ...(cut.short && { partial: true }),
  };
  events.end?.(tail);
  return tail;
}

function startRun({
  settings,
  probes,
  vantage,
  events,
  attempt = { number: 1 },
  ...options
}: RunOptions): RunState {
  const context: ProbeContext = { ...options.context, vantage: vantage.id };
  return {
    settings,
    context,
    probes,
    vantage,
    attempt,
    events,
    slots: createSlots(settings.concurrency),
    turns: createTurns(),
    resolve: createResolve(context.resolver, settings.resolve),
    controls: createControls(settings, context, probes, (result) => events.control?.(result)),
    negatives: createNegativeControls(settings, context),
  };
}

function reportHead({ id, profile, notice, context }: RunOptions, run: RunState): ReportHead {
  return {
    schema: REPORT_SCHEMA,
    id,
    ...(profile !== undefined && { profile }),
    startedAt: isoTime(context.clock.now()),
    ...(notice !== undefined && { notice }),
    vantages: [toReportVantage(wholeVantage(run))],
  };
}

/** A bug in one endpoint's check costs that endpoint its result, not the run its others. */
async function check(endpoint: Endpoint, run: RunState, held: Release): ReturnType<typeof checkEndpoint> {
  try {
    return await checkEndpoint(endpoint, run, held);
  } catch (error) {
    const judged = [unmeasured({ cause: 'prober.unavailable', error }, endpoint, run.attempt.number, run)];
    return { report: judge(endpoint, judged, run), judged, cutShort: false };
  } finally {
    held();
  }
}

const unprobed = (endpoint: Endpoint, run: RunState): JudgedObservation =>
  unmeasured({ cause: 'prober.deadline' }, endpoint, run.attempt.number, run);

/** The end of the run came before this could be measured. */
const wasCutOff = ({ finding }: JudgedObservation): boolean =>
  finding.faults.some(({ cause }) => cause === 'prober.deadline');

const isoTime = (ms: number): string => new Date(ms).toISOString();
