import { createLocalContext } from '../adapters/local/context.ts';
import type { ProbeBatch } from '../model/fleet.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { RunSettings } from '../model/request.ts';
import type { VantageResult } from '../model/vantage-result.ts';
import { createGuard } from '../net/guard.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import type { ProbeContext } from '../probe/probe.ts';
import { probes } from '../probe/registry.ts';
import { runCheck } from '../run/run.ts';
import type { BatchResult, ProberAnswer } from './batch-result.ts';
import { failure } from './failure.ts';
import { STOP_KEY } from './keys.ts';
import { MAX_BATCH_MS, PROBER_MARGIN_MS } from './limits.ts';
import { encodeAnswer } from './prober-answer.ts';
import { watchStop } from './stop-watch.ts';
import { whenStopped } from './stopped-batch.ts';

export interface ProberOptions {
  /** True on the test rig alone; the deployed prober has no way to be told so. */
  readonly allowPrivate: boolean;
  /** Asked instead of the system's: on the test rig alone. */
  readonly dnsServers?: readonly string[];
  /** Where the stop may come from beside S3: on the test rig alone. */
  readonly stopOrigin?: string;
  readonly telemetry: Telemetry;
  /** Public address that this place sends from, where its stack knows it and the batch does not. */
  readonly sourceAddress?: string;
}

/**
 * The handler of a prober: probes a batch from where it runs and answers what it saw, by the end of its time with what
 * it has. The very engine of the command line; it judges only what it needs itself, to know which controls to make.
 */
export function createProber(options: ProberOptions) {
  const { allowPrivate, dnsServers, telemetry, sourceAddress } = options;
  return async (event: unknown, invocation: Invocation): Promise<ProberAnswer> => {
    const startedAt = performance.now();
    const batch = withSource(parseBatch(event), sourceAddress);
    const log = telemetry.with({
      runId: batch.runId,
      vantage: batch.vantage.id,
      attempt: batch.attempt,
      requestId: invocation.awsRequestId,
    });
    const own = settingsFor(batch, allowPrivate, invocation);
    const settings = dnsServers === undefined ? own : { ...own, dnsServers: [...dnsServers] };
    refuseForbidden(settings);
    log.info('batch begins', { endpoints: batch.endpoints.length, budgetMs: settings.deadlineMs });
    const result = await probeBatch(batch, settings, stopUrlOf(event, options));
    const ms = Math.round(performance.now() - startedAt);
    log.metric('BatchDuration', ms, 'Milliseconds', { vantage: batch.vantage.id });
    log.info('batch ends', { endpoints: result.results.length, partial: result.partial ?? false, ms });
    return encodeAnswer(result);
  };
}

/**
 * The dispatcher, which alone may invoke a prober, has read the batch by its schema and sends what came out. Here only
 * its outline is looked at: the schemas would cost a third of the prober's cold start.
 */
function parseBatch(event: unknown): ProbeBatch {
  const batch = event as Partial<ProbeBatch> | null;
  const isOutlined =
    typeof batch?.runId === 'string' &&
    typeof batch.vantage?.id === 'string' &&
    typeof batch.attempt === 'number' &&
    typeof batch.settings?.concurrency === 'number' &&
    Array.isArray(batch.settings.dnsServers) &&
    Array.isArray(batch.endpoints);
  if (!isOutlined) throw failure('BatchRefused', 'this is no batch of endpoints');
  return batch as ProbeBatch;
}

function withSource(batch: ProbeBatch, sourceAddress: string | undefined): ProbeBatch {
  return sourceAddress === undefined || batch.vantage.sourceAddress !== undefined
    ? batch
    : { ...batch, vantage: { ...batch.vantage, sourceAddress } };
}

/** What the batch asks for, within what a prober in the cloud may do and the time that is left to it. */
function settingsFor(batch: ProbeBatch, allowPrivate: boolean, invocation: Invocation): RunSettings {
  const { settings, vantage } = batch;
  const left = invocation.getRemainingTimeInMillis() - PROBER_MARGIN_MS;
  const ehloName = settings.ehloName ?? (vantage.sourceAddress && `[${vantage.sourceAddress}]`);
  return {
    ...settings,
    allowPrivate,
    // Whoever hears all vantages decides what has to be confirmed.
    confirm: 0,
    deadlineMs: Math.max(1, Math.min(settings.deadlineMs ?? MAX_BATCH_MS, left)),
    ...(ehloName !== undefined && { ehloName }),
  };
}

/** Servers that a look-up would be sent to without passing the guard of the dial. */
function refuseForbidden({ dnsServers, allowPrivate }: RunSettings): void {
  const guard = createGuard({ allowPrivate });
  for (const server of dnsServers) {
    const range = guard(server.replace(/^\[?(.*?)\]?:\d+$/, '$1'));
    if (range !== undefined) throw failure('BatchRefused', `the DNS server ${server} is ${range}`);
  }
}

/** Beside the batch, and not of it: the address is good for minutes and is kept nowhere. */
function stopUrlOf(
  event: unknown,
  { allowPrivate, stopOrigin }: Pick<ProberOptions, 'allowPrivate' | 'stopOrigin'>,
): string | undefined {
  const { stopUrl } = event as { readonly stopUrl?: unknown };
  if (typeof stopUrl !== 'string') return undefined;
  if (stopOrigin !== undefined && stopUrl.startsWith(`${stopOrigin}/`)) return stopUrl;
  if (!allowPrivate && !isOfS3(stopUrl))
    throw failure('BatchRefused', 'the address of the stop is none of S3');
  return stopUrl;
}

/** It is asked without the guard of the dial, so it must be nothing but the switch. */
function isOfS3(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url?.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    /(^|\.)s3([.-][a-z0-9-]+){0,3}\.amazonaws\.com(\.cn)?$/.test(url.hostname) &&
    url.pathname.endsWith(`/${STOP_KEY}`)
  );
}

async function probeBatch(
  batch: ProbeBatch,
  settings: RunSettings,
  stopUrl: string | undefined,
): Promise<BatchResult> {
  const { vantage, attempt, again = [] } = batch;
  const results: VantageResult[] = [];
  let facts: VantageFacts | undefined;
  const { families, ...place } = vantage;
  const stopped = new AbortController();
  const endWatch = stopUrl === undefined ? undefined : watchStop(stopUrl, () => stopped.abort());
  const local = createLocalContext(settings, stopped.signal);
  // Inside a function the interfaces say little about the way to the internet; whoever deployed it knows.
  const context: ProbeContext = families === undefined ? local : { ...local, families };
  const tail = await runCheck({
    id: batch.runId,
    endpoints: batch.endpoints,
    settings,
    context,
    probes,
    vantage: place,
    attempt: {
      number: attempt,
      again: new Map(again.map(({ endpointId, addresses }) => [endpointId, addresses])),
    },
    events: {
      checked: (result) => void results.push(result),
      vantage: (whole) => {
        facts = whole;
      },
    },
  });
  endWatch?.();
  if (facts === undefined) throw new Error('the run ended without the facts of its vantage');
  const seen = stopped.signal.aborted ? results.map(whenStopped) : results;
  return { vantage: facts, results: seen, ...(tail.partial && { partial: true }) };
}
