import type { z } from 'zod';
import type { FleetVantage } from '../model/fleet.ts';
import { type EndpointReport, REPORT_SCHEMA, type ReportTail, type ReportVantage } from '../model/report.ts';
import type { VantageResult } from '../model/vantage-result.ts';
import { printable } from '../net/printable.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { html } from '../report/html.ts';
import { json } from '../report/json.ts';
import { markdown } from '../report/markdown.ts';
import type { ReportFormat } from '../report/reporter.ts';
import { toReportVantage } from '../run/report-vantage.ts';
import { mergeFacts } from '../run/vantage-result.ts';
import { emptyCounts, judgeRun, runSummary } from '../verdict/run.ts';
import { type Attempted, loadAttempts } from './attempts.ts';
import { evaluateTarget, factsOfLost, resultsByEndpoint } from './evaluate.ts';
import { reportKey } from './keys.ts';
import { loadPlan, type PlannedTarget, type RunPlan } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { ReportInput, type ReportMade, type ReportOutput } from './steps.ts';

export interface ReportPorts {
  readonly store: RunStore;
  readonly telemetry: Telemetry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** By the extension of its file. */
const FORMATS = { json, html, md: markdown } as const satisfies Record<string, ReportFormat>;

/** The handler of the state `MakeReport`: a report for each target, in three formats, in the run bucket. */
export function createReporter({ store, telemetry, now }: ReportPorts) {
  return async (event: unknown, invocation: Invocation): Promise<ReportOutput> => {
    const { run, results } = parseStep(ReportInput, event);
    const log = telemetry.with({ runId: run.runId, requestId: invocation.awsRequestId });
    const plan = await loadPlan(run, store);
    const attempts = await loadAttempts(results, store);
    const seen = resultsByEndpoint(plan, attempts);
    const finishedAt = new Date(now()).toISOString();
    const reports: ReportMade[] = [];
    for (const [index, target] of plan.targets.entries()) {
      const made = makeReport(target, seen, { plan, attempts, finishedAt });
      const keys = await write(
        made.tail,
        made.endpoints,
        (extension) => reportKey(run.runId, index, extension),
        store,
      );
      const { verdict, summary } = made.tail;
      reports.push({ target: target.name, verdict, summary, keys });
    }
    const counts = emptyCounts();
    for (const one of reports) counts[one.verdict] += 1;
    const verdict = judgeRun(counts);
    log.info('reports written', { targets: reports.length, verdict });
    log.metric('RunsReported', 1, 'Count', { verdict });
    log.metric('RunDuration', Math.max(0, now() - Date.parse(run.startedAt)), 'Milliseconds');
    return { run, reports, verdict, finishedAt };
  };
}

interface Whole {
  readonly plan: RunPlan;
  readonly attempts: readonly Attempted[];
  readonly finishedAt: string;
}

function makeReport(
  target: PlannedTarget,
  seen: ReadonlyMap<string, readonly VantageResult[]>,
  { plan, attempts, finishedAt }: Whole,
): { tail: ReportTail; endpoints: EndpointReport[] } {
  const endpoints = evaluateTarget(target, seen);
  const counts = emptyCounts();
  for (const { verdict } of endpoints) counts[verdict] += 1;
  const vantages = plan.vantages.flatMap((vantage) => reportVantage(vantage, attempts));
  const partial = attempts.some((one) => 'result' in one && one.result.partial === true);
  const answered = vantages.filter(({ unavailable }) => unavailable === undefined).length;
  const tail: ReportTail = {
    schema: REPORT_SCHEMA,
    id: plan.runId,
    ...(target.profile !== undefined && { profile: target.profile }),
    requestedBy: plan.requestedBy,
    ...(target.authorisation && { authorisation: target.authorisation }),
    startedAt: plan.startedAt,
    finishedAt,
    verdict: judgeRun(counts),
    summary: runSummary(counts, { vantages: answered, partial }),
    ...(partial && { partial }),
    counts,
    vantages,
  };
  return { tail, endpoints };
}

/** A vantage as the report shows it: what it proved in all its attempts, or why it gave nothing. None if not asked. */
function reportVantage(
  vantage: FleetVantage,
  attempts: readonly Attempted[],
): z.infer<typeof ReportVantage>[] {
  const own = attempts.filter((one) => one.vantage === vantage.id);
  const facts = mergeFacts(own.flatMap((one) => ('result' in one ? [one.result.vantage] : [])));
  const lost = own.find((one) => 'lost' in one);
  if (facts.length > 0) return facts.map(toReportVantage);
  return lost === undefined || !('lost' in lost)
    ? []
    : [{ ...toReportVantage(factsOfLost(vantage)), unavailable: printable(lost.lost, 300) }];
}

async function write(
  tail: ReportTail,
  endpoints: readonly EndpointReport[],
  keyOf: (extension: string) => string,
  store: RunStore,
): Promise<ReportMade['keys']> {
  const { finishedAt: _finishedAt, verdict: _verdict, summary: _summary, counts: _counts, ...head } = tail;
  const put = async (extension: keyof typeof FORMATS): Promise<string> => {
    const format = FORMATS[extension];
    const reporter = format.open({ width: 100, color: false, verbose: false });
    const text = [
      reporter.begin(head),
      ...endpoints.map((endpoint) => reporter.endpoint(endpoint)),
      reporter.end(tail),
    ].join('');
    await store.put(keyOf(extension), text, format.mediaType);
    return keyOf(extension);
  };
  return { json: await put('json'), html: await put('html'), md: await put('md') };
}
