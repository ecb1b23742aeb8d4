import type { z } from 'zod';
import type { FleetVantage } from '../model/fleet.ts';
import { type EndpointReport, REPORT_SCHEMA, type ReportTail, type ReportVantage } from '../model/report.ts';
import type { VantageResult } from '../model/vantage-result.ts';
import { printable } from '../net/printable.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { html } from '../report/html.ts';
import { json } from '../report/json.ts';
import { markdown } from '../report/markdown.ts';
import type { ReportFormat } from '../report/reporter.ts';
import { writeWhole } from '../report/whole.ts';
import { toReportVantage } from '../run/report-vantage.ts';
import { mergeFacts } from '../run/vantage-result.ts';
import { type Seal, signOnce } from '../sign/signature.ts';
import { emptyCounts, judgeRun, runSummary } from '../verdict/run.ts';
import { type Attempted, loadAttempts } from './attempts.ts';
import { evaluateTarget, factsOfLost, resultsByEndpoint } from './evaluate.ts';
import { isFailure } from './failure.ts';
import { reportKey } from './keys.ts';
import { loadPlan, type PlannedTarget, type RunPlan } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { ReportInput, type ReportMade, type ReportOutput } from './steps.ts';
import { withHistory } from './with-history.ts';

export interface ReportPorts {
  readonly store: RunStore;
  readonly items: Pick<ItemStore, 'get'>;
  readonly telemetry: Telemetry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Signs pages and data. Rejects when the key is out of reach; absent: nothing is signed. */
  readonly seal?: () => Promise<Seal>;
}

/** By the extension of its file. */
const FORMATS = { json, html, md: markdown } as const satisfies Record<string, ReportFormat>;

/** The handler of the state `MakeReport`: a report for each target, in three formats, in the run bucket. */
export function createReporter({ store, items, telemetry, now, seal }: ReportPorts) {
  return async (event: unknown, invocation: Invocation): Promise<ReportOutput> => {
    const { run, results } = parseStep(ReportInput, event);
    const log = telemetry.with({ runId: run.runId, requestId: invocation.awsRequestId });
    const plan = await loadPlan(run, store);
    const attempts = await loadAttempts(results, store);
    const seen = resultsByEndpoint(plan, attempts);
    const finishedAt = new Date(now()).toISOString();
    const writer = createWriter(store, log, seal);
    const reports: ReportMade[] = [];
    for (const [index, target] of plan.targets.entries()) {
      const { tail, endpoints: judged } = makeReport(target, seen, { plan, attempts, finishedAt });
      const endpoints = await withHistory(items, target.name, judged, run);
      const keys = await writer({ tail, endpoints }, (extension) => reportKey(run.runId, index, extension));
      const { verdict, summary } = tail;
      reports.push({ target: target.name, verdict, summary, keys, ...(target.apart && { apart: true }) });
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
    ...(plan.maintenance && { maintenance: plan.maintenance }),
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

type Writer = (
  made: { readonly tail: ReportTail; readonly endpoints: readonly EndpointReport[] },
  keyOf: (extension: string) => string,
) => Promise<ReportMade['keys']>;

/**
 * Without its signature a report is worth less, but more than none: a key out of reach costs the signatures of the run
 * that are left, and is told.
 */
function createWriter(store: RunStore, log: Telemetry, openSeal: ReportPorts['seal']): Writer {
  let seal: Promise<Seal> | undefined = openSeal?.().then(signOnce);
  // It is awaited with the first report.
  seal?.catch(() => undefined);
  const textOf = async (
    format: ReportFormat,
    { tail, endpoints }: Parameters<Writer>[0],
  ): Promise<string> => {
    if (seal !== undefined)
      try {
        return await writeWhole(format, tail, endpoints, { seal: await seal });
      } catch (error) {
        if (!isFailure(error, 'StoreFailed')) throw error;
        seal = undefined;
        log.error('reports are not signed', { error: error.message });
        log.metric('RunsNotSigned', 1, 'Count');
      }
    return writeWhole(format, tail, endpoints);
  };
  return async (made, keyOf) => {
    const put = async (extension: keyof typeof FORMATS): Promise<string> => {
      const format = FORMATS[extension];
      await store.put(keyOf(extension), await textOf(format, made), format.mediaType);
      return keyOf(extension);
    };
    // The page's signature serves the data as well.
    const html = await put('html');
    return { json: await put('json'), html, md: await put('md') };
  };
}
