import { createLocalContext } from '../../engine/context.ts';
import { measureAll } from '../../engine/measure/measure-all.ts';
import type { ReflectorAsk } from '../../engine/measure/reflector.ts';
import { createSources } from '../../engine/measure/sources.ts';
import type { VantageResult } from '../../engine/vantage-result.ts';
import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { probes } from '../../kinds/probes.ts';
import type { ListenerSecret } from '../../model/listener-secret.ts';
import type { RunSettings } from '../../model/request.ts';
import { dnsServerAddress } from '../../net/dns-server.ts';
import { createFamilyDial } from '../../net/family-dial.ts';
import { createGuard } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';
import type { KernelSetup } from '../../net/kernel-access.ts';
import type { AddressGuard, KernelAccess } from '../../net/network-access.ts';
import { printable } from '../../net/printable.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { endpointsOf } from './batch-endpoints.ts';
import type { BatchResult, ProberAnswer, VersionRefused } from './batch-result.ts';
import { failure } from './failure.ts';
import { STOP_KEY } from './keys.ts';
import { MAX_BATCH_MS, PROBER_MARGIN_MS } from './limits.ts';
import type { ProbeBatch } from './messages.ts';
import { OLDEST_CONTROL, PAYLOAD_VERSION, statedVersion, UNSTATED_VERSION } from './payload-version.ts';
import { encodeAnswer } from './prober-answer.ts';
import { type StopEvents, watchStop } from './stop-watch.ts';
import { type EarlyTelling, tellEarly } from './tell-early.ts';

export interface ProberOptions {
  /** True on the test rig alone; the deployed prober has no such setting. */
  readonly allowPrivate: boolean;
  /** Asked instead of the system's: on the test rig alone. */
  readonly dnsServers?: readonly string[];
  /** Where the stop may come from, and early results go to, apart from S3: on the test rig alone. */
  readonly stopOrigin?: string;
  /** Milliseconds between two looks at the switch; absent: as `watchStop` has it. */
  readonly stopEveryMs?: number;
  /** Where the switch is in the same process: it is not asked at an address. Gives what ends the watch. */
  readonly watchStop?: (events: Pick<StopEvents, 'stopped'>) => () => void;
  /** Each result as soon as it is there: what is seen of a batch, and kept of it, before it is answered. */
  readonly measured?: (result: VantageResult) => void;
  /**
   * What the kernel knows of a failure, where this machine's may be asked. Absent in the fleet: nobody knows what Lambda lets
   * through, and its bundle has no native module.
   */
  readonly kernel?: (setup: KernelSetup) => KernelAccess;
  /** What a site vantage may reach, and what its controls may; absent: by `allowPrivate`. */
  readonly reach?: { readonly targets: AddressGuard; readonly controls: AddressGuard };
  readonly telemetry: Telemetry;
  /** Public address that this place sends from, where its stack knows it and the batch does not. */
  readonly sourceAddress?: string;
}

/**
 * The handler of a prober: measures a batch once from where it runs and answers what it saw, by the end of its time with
 * what it has. The same probes and controls as on the command line; the results are judged where those of all vantages arrive.
 */
export function createProber(options: ProberOptions) {
  const { allowPrivate, dnsServers, telemetry, sourceAddress } = options;
  return async (event: unknown, invocation: Invocation): Promise<ProberAnswer | VersionRefused | Awake> => {
    if (isWakeCall(event)) return { awake: true };
    // The control stack, which learns the version by this, says it in words.
    if ((statedVersion(event) ?? UNSTATED_VERSION) < OLDEST_CONTROL) return { version: PAYLOAD_VERSION };
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
    refuseForbidden(settings, options.reach?.targets);
    log.info('batch begins', { endpoints: endpointsOf(batch).length, budgetMs: settings.deadlineMs });
    const asks = asksOf(event, batch, allowPrivate);
    const listener = listenerOf(event);
    const stopUrl = options.watchStop === undefined ? stopUrlOf(event, options) : undefined;
    const earlyUrl = earlyUrlOf(event, options);
    const early = earlyUrl === undefined ? undefined : tellEarly(earlyUrl);
    const result = await probeBatch(batch, settings, stopUrl, {
      ...options,
      ...(early && { measured: tellEach(early) }),
      asks,
      ...(listener && { listener }),
    }).finally(() => early?.end());
    const ms = Math.round(performance.now() - startedAt);
    log.metric('BatchDuration', ms, 'Milliseconds', { vantage: batch.vantage.id });
    if (result.stopUnreadable !== undefined)
      log.warn('ended, since a stop could not be seen', { reason: result.stopUnreadable });
    log.info('batch ends', { endpoints: result.results.length, partial: result.partial ?? false, ms });
    return encodeAnswer(result);
  };
}

interface Awake {
  readonly awake: true;
}

/** As lib/service/schedule/wake.ts sends it; read without its schema, as the batch is. */
const isWakeCall = (event: unknown): boolean => (event as { wake?: unknown } | null)?.wake === true;

/**
 * The dispatcher, which, with the watchdog, is alone allowed to invoke a prober, has read the batch by its schema and sends what came out. Here only
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
    Array.isArray(batch.endpoints) &&
    (batch.bounded === undefined || isBounded(batch.bounded));
  if (!isOutlined) throw failure('BatchRefused', 'this is no batch of endpoints');
  return batch as ProbeBatch;
}

const isBounded = (bounded: unknown): boolean =>
  Array.isArray(bounded) &&
  bounded.every((one: unknown) => Array.isArray((one as Bounded | null)?.addresses));

type Bounded = Partial<NonNullable<ProbeBatch['bounded']>[number]>;

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
    deadlineMs: Math.max(1, Math.min(settings.deadlineMs ?? MAX_BATCH_MS, left)),
    ...(ehloName !== undefined && { ehloName }),
  };
}

/** Servers that a look-up would be sent to without passing the guard of the dial. */
function refuseForbidden(
  { dnsServers, allowPrivate }: RunSettings,
  guard: AddressGuard = createGuard({ allowPrivate }),
): void {
  for (const server of dnsServers) {
    const range = guard(dnsServerAddress(server));
    if (range !== undefined) throw failure('BatchRefused', `the DNS server ${server} is ${range}`);
  }
}

/** Sent with the batch and not part of it: the address is valid for minutes and is stored by nobody. */
function stopUrlOf(
  event: unknown,
  { allowPrivate, stopOrigin }: Pick<ProberOptions, 'allowPrivate' | 'stopOrigin'>,
): string | undefined {
  const { stopUrl } = event as { readonly stopUrl?: unknown };
  if (typeof stopUrl !== 'string') return undefined;
  if (stopOrigin !== undefined && stopUrl.startsWith(`${stopOrigin}/`)) return stopUrl;
  if (!allowPrivate && !isOfS3(stopUrl, (path) => path.endsWith(`/${STOP_KEY}`)))
    throw failure('BatchRefused', 'the address of the stop is none of S3');
  return stopUrl;
}

/** Where the results so far go: as the address of the stop, and what is none is not used. */
function earlyUrlOf(
  event: unknown,
  { allowPrivate, stopOrigin }: Pick<ProberOptions, 'allowPrivate' | 'stopOrigin'>,
): string | undefined {
  const { earlyUrl } = event as { readonly earlyUrl?: unknown };
  if (typeof earlyUrl !== 'string' || !URL.canParse(earlyUrl)) return undefined;
  if (stopOrigin !== undefined && earlyUrl.startsWith(`${stopOrigin}/`)) return earlyUrl;
  return allowPrivate || isOfS3(earlyUrl, (path) => EARLY_PATH.test(path)) ? earlyUrl : undefined;
}

const EARLY_PATH = /\/runs\/[A-Za-z0-9_-]+\/early\/[A-Za-z0-9_-]+\.json$/;

/** What has come so far, as an answer would have it; what the vantage proved, the reader puts together. */
function tellEach(early: EarlyTelling): (result: VantageResult) => void {
  const results: VantageResult[] = [];
  return (result) => {
    results.push(result);
    const soFar = (): BatchResult => ({
      version: PAYLOAD_VERSION,
      vantage: result.facts,
      results: [...results],
      partial: true,
    });
    early.news(() => JSON.stringify(encodeAnswer(soFar(), EARLY_LIMITS)), results.length);
  };
}

/** Bytes of what is told early: gzipped where it is large, and of a very large batch some of it. */
const EARLY_LIMITS = { plain: 50_000, most: 1_000_000 };

/** It is asked without the guard of the dial, so it must be nothing but what was meant. */
function isOfS3(text: string, isMeant: (path: string) => boolean): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url?.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    /(^|\.)s3([.-][a-z0-9-]+){0,3}\.amazonaws\.com(\.cn)?$/.test(url.hostname) &&
    isMeant(url.pathname)
  );
}

/**
 * Whom to ask where this place sends from: beside the batch, and not of it, since a token in it is good for one question. Not
 * asked for a family whose address is fixed and known, or that it does not have.
 */
function asksOf(event: unknown, { vantage }: ProbeBatch, allowPrivate: boolean): ReflectorAsk[] {
  const { reflectors } = event as { readonly reflectors?: unknown };
  if (!Array.isArray(reflectors)) return [];
  return reflectors.slice(0, 2).flatMap((one: Partial<ReflectorAsk> | null): ReflectorAsk[] => {
    const { family, url } = one ?? {};
    if ((family !== 4 && family !== 6) || typeof url !== 'string') return [];
    if (isIP(vantage.sourceAddress ?? '') === family) return [];
    if (vantage.families?.includes(family) === false) return [];
    return allowPrivate || url.startsWith('https://') ? [{ family, url }] : [];
  });
}

/** Beside the batch, and not of it, since it is in nothing that is stored. The dispatcher has read it by its schema. */
function listenerOf(event: unknown): ProbeContext['listener'] {
  const { listener } = event as { readonly listener?: Partial<ListenerSecret> | null };
  const { run, wordsSeed, key } = listener ?? {};
  if (typeof run !== 'string' || typeof wordsSeed !== 'string') return undefined;
  return { run, wordsSeed, ...(typeof key === 'string' && { key }) };
}

async function probeBatch(
  batch: ProbeBatch,
  settings: RunSettings,
  stopUrl: string | undefined,
  {
    stopEveryMs: everyMs,
    watchStop: watchHere,
    measured = () => undefined,
    reach,
    kernel,
    asks,
    listener,
  }: Pick<ProberOptions, 'stopEveryMs' | 'watchStop' | 'measured' | 'reach' | 'kernel'> & {
    readonly asks: readonly ReflectorAsk[];
    readonly listener?: NonNullable<ProbeContext['listener']>;
  },
): Promise<BatchResult> {
  const { vantage, attempt, again = [], bounded = [] } = batch;
  const results: VantageResult[] = [];
  const { families, ...place } = vantage;
  const ending = new AbortController();
  let early: Pick<BatchResult, 'stopped' | 'stopUnreadable'> = {};
  const endEarly = (why: typeof early): void => {
    early = why;
    ending.abort();
  };
  const [family, ...others] = families ?? [];
  // One with IPv4 alone sees the addresses that it can't judge, and says so; beside one with IPv6 alone there is another.
  const only = family === 6 && others.length === 0 ? family : undefined;
  const endWatch =
    stopUrl === undefined
      ? watchHere?.({ stopped: () => endEarly({ stopped: true }) })
      : watchStop(
          stopUrl,
          {
            stopped: () => endEarly({ stopped: true }),
            unreadable: (why) => endEarly({ stopUnreadable: printable(why, 100) }),
          },
          {
            ...(everyMs !== undefined && { everyMs }),
            ...(family !== undefined && others.length === 0 && { family }),
          },
        );
  const local = createLocalContext(settings, ending.signal, families, reach?.targets);
  // Inside a function the interfaces say little about the way to the internet; the deployment's configuration says it.
  const context: ProbeContext = {
    ...local,
    ...(kernel && { kernel: kernel(local) }),
    ...(listener && { listener }),
    ...(vantage.kind !== 'local' && vantage.kind !== 'site' && { webPortsElsewhere: true as const }),
    ...(families !== undefined && {
      dial: createFamilyDial(local.dial, families, { everywhere: only !== undefined }),
    }),
  };
  const sources = createSources(asks, { ...settings, trustAnchors: [] }, ending.signal);
  // Whatever is probed: where this place sends from is asked once a run.
  sources.begin();
  const { vantage: facts, partial } = await measureAll({
    sources,
    endpoints: endpointsOf(batch),
    onlyAt: new Map(bounded.map(({ endpoint, addresses }) => [endpoint.id, new Set(addresses)])),
    settings,
    context,
    ...(reach && {
      controlContext: createLocalContext(settings, ending.signal, families, reach.controls),
    }),
    probes,
    vantage: place,
    ...(only !== undefined && { only }),
    attempt: {
      number: attempt,
      again: new Map(again.map(({ endpointId, addresses }) => [endpointId, addresses])),
    },
    events: {
      measured: (result) => {
        results.push(result);
        measured(result);
      },
    },
  });
  endWatch?.();
  return {
    version: PAYLOAD_VERSION,
    vantage: facts,
    results,
    ...(partial && { partial: true }),
    ...early,
  };
}
