import type { z } from 'zod';
import { AT_LISTENERS, measuredWith } from '../../engine/measured-with.ts';
import {
  type EndpointReport,
  REPORT_SCHEMA,
  type ReportTail,
  type ReportVantage,
} from '../../engine/report-schema.ts';
import { concludeEndpoints } from '../../engine/verdict/conclude-endpoints.ts';
import { type JudgedResult, mergeFacts } from '../../engine/verdict/judge-together.ts';
import { toReportVantage } from '../../engine/verdict/report-vantage.ts';
import { judgeRun } from '../../engine/verdict/run.ts';
import { relaxedSettings } from '../../input/request/relaxed-settings.ts';
import { PATH_ONLY, proofInReport } from '../../kinds/listener/proof-in-report.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import { countVerdicts } from '../../model/verdict-counts.ts';
import { isoTime } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import { html } from '../../report/html.ts';
import { json } from '../../report/json.ts';
import { REPORT_LANGUAGES, type ReportLanguage } from '../../report/language/report-language.ts';
import { markdown } from '../../report/markdown.ts';
import type { ReportFormat } from '../../report/reporter.ts';
import { type Seal, signOnce } from '../../report/signature/signature.ts';
import { writeWhole } from '../../report/whole.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { acknowledgementOf, loadAcknowledgements } from '../state/acknowledgements.ts';
import { readAnnounced } from '../state/announced.ts';
import type { SightedSource } from '../state/sources.ts';
import { evaluateTarget, resultsByEndpoint } from './evaluate.ts';
import { isFailure } from './failure.ts';
import { ipv6Remarks } from './ipv6-remarks.ts';
import type { JudgedAttempt } from './judged-attempt.ts';
import { loadJudged } from './judged-store.ts';
import { pageKey, reportKey } from './keys.ts';
import { pinsUsed, withoutPlainPasses } from './pinned.ts';
import { placeRemarks } from './place-remarks.ts';
import { loadPlan, type PlannedTarget, type RunPlan } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { ReportInput, type ReportMade, type ReportOutput } from './steps.ts';
import { withHistory } from './with-history.ts';
import { factsOfLost } from './with-missing.ts';

export interface ReportPorts {
  readonly store: RunStore;
  readonly items: Pick<ItemStore, 'get'>;
  readonly telemetry: Telemetry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Signs pages and data. Rejects when the key can't be reached; absent: nothing is signed. */
  readonly seal?: () => Promise<Seal>;
}

/** By the extension of its file. */
const FORMATS = { json, html, md: markdown } as const satisfies Record<string, ReportFormat>;

/**
 * The handler of the state `MakeReport`: a report for each target, in three formats and the page in each language, in the run bucket. It diagnoses
 * nothing: what each observation means is what the judge found.
 */
export function createReporter({ store, items, telemetry, now, seal }: ReportPorts) {
  return async (event: unknown, invocation: Invocation): Promise<ReportOutput> => {
    const { run, ...kept } = parseStep(ReportInput, event);
    const log = telemetry.with({ runId: run.runId, requestId: invocation.awsRequestId });
    const plan = await loadPlan(run, store);
    const attempts = await loadJudged(kept, plan, store, log);
    const seen = resultsByEndpoint(attempts);
    // A clock that was set back meanwhile must not make a run end before it began.
    const finishedAt = isoTime(Math.max(now(), Date.parse(run.startedAt)));
    const writer = createWriter(store, log, seal);
    const reports: ReportMade[] = [];
    for (const [index, target] of plan.targets.entries()) {
      const { tail, endpoints: judged } = makeReport(target, seen, { plan, attempts, finishedAt });
      const endpoints = target.apart ? judged : await withHistory(items, target.name, judged, run);
      const acknowledged = target.apart ? undefined : await acknowledgedNow(items, target.name);
      const told = { ...tail, ...(acknowledged && { acknowledged }) };
      const keys = await writer({ tail: told, endpoints }, (extension) =>
        reportKey(run.runId, index, extension),
      );
      const { verdict, summary } = tail;
      reports.push({ target: target.name, verdict, summary, keys, ...(target.apart && { apart: true }) });
    }
    const counts = countVerdicts(reports);
    const verdict = judgeRun(counts);
    log.info('reports written', { targets: reports.length, verdict });
    log.metric('RunsReported', 1, 'Count', { verdict });
    log.metric('RunDuration', Math.max(0, now() - Date.parse(run.startedAt)), 'Milliseconds');
    const sources = sightedSources(plan, attempts, finishedAt);
    return { run, reports, verdict, finishedAt, ...(sources.length > 0 && { sources }) };
  };
}

/** Of the alert that was open before this run. */
async function acknowledgedNow(items: Pick<ItemStore, 'get'>, target: string) {
  const alert = (await readAnnounced(items, target))?.announced.alert;
  const found = alert && acknowledgementOf(await loadAcknowledgements(items, target), alert);
  return found && { by: found.by, at: found.at, reason: found.reason };
}

interface Whole {
  readonly plan: RunPlan;
  readonly attempts: readonly JudgedAttempt[];
  readonly finishedAt: string;
}

function makeReport(
  target: PlannedTarget,
  seen: ReadonlyMap<string, readonly JudgedResult[]>,
  { plan, attempts, finishedAt }: Whole,
): { tail: ReportTail; endpoints: EndpointReport[] } {
  const endpoints = withoutPlainPasses(evaluateTarget(target, seen), plan.settings);
  const told = measuredWith({ ...plan.settings, resolve: pinsUsed(endpoints, plan.settings) }, [
    ...(plan.withListener ? [AT_LISTENERS] : []),
    ...relaxedSettings(target.endpoints),
  ]);
  const vantages = plan.vantages.flatMap((vantage) => reportVantage(vantage, attempts));
  const isProven = endpoints.some((one) => proofInReport(one) === 'proven');
  const remarks = [...placeRemarks(plan), ...ipv6Remarks(target, plan), ...(isProven ? [PATH_ONLY] : [])];
  const partial = attempts.some((one) => 'results' in one && one.partial === true);
  const tail: ReportTail = {
    schema: REPORT_SCHEMA,
    id: plan.runId,
    ...(target.profile !== undefined && { profile: target.profile }),
    requestedBy: plan.requestedBy,
    ...(target.authorisation && { authorisation: target.authorisation }),
    ...(plan.maintenance && { maintenance: plan.maintenance }),
    startedAt: plan.startedAt,
    finishedAt,
    ...concludeEndpoints(endpoints, { vantages, partial }),
    ...(partial && { partial }),
    ...(told.length > 0 && { measuredWith: told }),
    counts: countVerdicts(endpoints),
    ...(remarks.length > 0 && { remarks }),
    vantages,
  };
  return { tail, endpoints };
}

/** A vantage as the report shows it: what it proved in all its attempts, or why it gave nothing. None if not asked. */
function reportVantage(
  vantage: FleetVantage,
  attempts: readonly JudgedAttempt[],
): z.infer<typeof ReportVantage>[] {
  const own = attempts.filter((one) => one.vantage === vantage.id);
  const facts = mergeFacts(own.flatMap((one) => ('results' in one ? [one.facts] : [])));
  const lost = own.find((one) => 'lost' in one);
  if (facts.length > 0) return facts.map(toReportVantage);
  return lost === undefined || !('lost' in lost)
    ? []
    : [{ ...toReportVantage(factsOfLost(vantage)), unavailable: printable(lost.lost, 300) }];
}

/** Of vantages that answered. A fixed address is one whose packets came back. */
function sightedSources(
  { vantages }: RunPlan,
  attempts: readonly JudgedAttempt[],
  finishedAt: string,
): SightedSource[] {
  return vantages.flatMap(({ id: vantage }) => {
    const own = attempts.filter((one) => one.vantage === vantage);
    const facts = mergeFacts(own.flatMap((one) => ('results' in one ? [one.facts] : [])));
    return facts.flatMap(({ sourceAddress, seenAs = [] }) => [
      ...(sourceAddress === undefined
        ? []
        : [{ vantage, address: sourceAddress, fixed: true as const, at: finishedAt }]),
      ...seenAs.map(({ address, at }) => ({ vantage, address, at })),
    ]);
  });
}

type Writer = (
  made: { readonly tail: ReportTail; readonly endpoints: readonly EndpointReport[] },
  keyOf: (extension: string) => string,
) => Promise<ReportMade['keys']>;

/**
 * A report without a signature is better than none: if the key can't be reached, the run's remaining reports
 * are not signed, and that is reported.
 */
function createWriter(store: RunStore, log: Telemetry, openSeal: ReportPorts['seal']): Writer {
  let seal: Promise<Seal> | undefined = openSeal?.().then(signOnce);
  // It is awaited with the first report.
  seal?.catch(() => undefined);
  const textOf = async (
    format: ReportFormat,
    { tail, endpoints }: Parameters<Writer>[0],
    language: ReportLanguage = 'en',
  ): Promise<string> => {
    if (seal !== undefined)
      try {
        return await writeWhole(format, tail, endpoints, { seal: await seal, language });
      } catch (error) {
        if (!isFailure(error, 'StoreFailed')) throw error;
        seal = undefined;
        log.error('reports are not signed', { error: error.message });
        log.metric('RunsNotSigned', 1, 'Count');
      }
    return writeWhole(format, tail, endpoints, { language });
  };
  return async (made, keyOf) => {
    const put = async (extension: keyof typeof FORMATS): Promise<string> => {
      const format = FORMATS[extension];
      await store.put(keyOf(extension), await textOf(format, made), format.mediaType);
      return keyOf(extension);
    };
    // The page's signature serves the data as well.
    const html = await put('html');
    const keys = { json: await put('json'), html, md: await put('md') };
    for (const language of REPORT_LANGUAGES.filter((one) => one !== 'en'))
      await store.put(
        pageKey(html, language),
        await textOf(FORMATS.html, made, language),
        FORMATS.html.mediaType,
      );
    return keys;
  };
}
