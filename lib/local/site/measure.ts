/** Measures one piece of work: the prober of the fleet in this process, within what this machine allows. */
import type { Measured } from '../../engine/measured.ts';
import type { VantageResult } from '../../engine/vantage-result.ts';
import type { VantagePosition } from '../../model/position.ts';
import { createKernelAccess } from '../../net/kernel-access.ts';
import type { AddressGuard } from '../../net/network-access.ts';
import { printable } from '../../net/printable.ts';
import type { Telemetry } from '../../service/ports/telemetry.ts';
import { endpointsOf } from '../../service/runs/batch-endpoints.ts';
import type { BatchResult, ProberAnswer } from '../../service/runs/batch-result.ts';
import { ProbeBatch } from '../../service/runs/messages.ts';
import { PAYLOAD_VERSION } from '../../service/runs/payload-version.ts';
import { createProber } from '../../service/runs/prober.ts';
import { encodeAnswer } from '../../service/runs/prober-answer.ts';
import { decodeAnswer } from '../../service/runs/read-answer.ts';
import { type AllowedTargets, controlGuard, NOT_ALLOWED } from './allowed.ts';

/** What the API takes of a body, with room for its frame. */
const LIMITS = { plain: 100_000, most: 380_000 };

export interface SiteMeasuring {
  readonly allowed: AllowedTargets;
  readonly position: VantagePosition;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
  readonly budgetMs: number;
  /** After each endpoint: everything so far, as it would be answered, and of how many endpoints that is. */
  readonly measured?: (soFar: () => ProberAnswer, results: number) => void;
}

/** Rejects for what is no batch of this vantage, and for bugs. */
export async function measureWork(
  name: string,
  sent: Readonly<Record<string, unknown>>,
  measuring: SiteMeasuring,
): Promise<ProberAnswer> {
  const { version, reflectors, ...rest } = sent;
  const batch = ProbeBatch.parse(rest);
  if (batch.vantage.id !== name) throw new Error('the work is another vantage’s');
  const guards = new Map<AddressGuard, Set<string>>();
  for (const endpoint of endpointsOf(batch)) {
    const guard = measuring.allowed.guardFor(endpoint);
    guards.set(guard, (guards.get(guard) ?? new Set()).add(endpoint.id));
  }
  const soFar: VantageResult[] = [];
  const keep = (result: VantageResult): void => {
    soFar.push(withoutRefusals(result, measuring.position));
    measuring.measured?.(() => earlyAnswer(soFar, result), soFar.length);
  };
  const parts = await Promise.all(
    [...guards].map(([guard, ids]) =>
      measurePart({ version, reflectors, ...ownBatch(partOf(batch, ids)) }, guard, measuring, keep),
    ),
  );
  return encodeAnswer(together(parts, batch, measuring), LIMITS);
}

/** What the vantage proved is known of each endpoint alone; the home puts it together. */
const earlyAnswer = (results: readonly VantageResult[], { facts }: VantageResult): ProberAnswer =>
  encodeAnswer({ version: PAYLOAD_VERSION, vantage: facts, results: [...results], partial: true }, LIMITS);

const partOf = (batch: ProbeBatch, ids: ReadonlySet<string>): ProbeBatch => ({
  ...batch,
  endpoints: batch.endpoints.filter(({ id }) => ids.has(id)),
  ...(batch.bounded && { bounded: batch.bounded.filter(({ endpoint }) => ids.has(endpoint.id)) }),
});

/** Families are those of this machine; named controls are hosts that the home chose, and this machine did not. */
function ownBatch(batch: ProbeBatch): ProbeBatch {
  const { families: _, ...vantage } = batch.vantage;
  const { settings } = batch;
  return { ...batch, vantage, settings: { ...settings, allowPrivate: false, controls: [] } };
}

async function measurePart(
  batch: unknown,
  targets: AddressGuard,
  { telemetry, signal, budgetMs }: SiteMeasuring,
  measured: (result: VantageResult) => void,
): Promise<BatchResult> {
  const prober = createProber({
    allowPrivate: false,
    kernel: createKernelAccess,
    reach: { targets, controls: controlGuard },
    telemetry,
    measured,
    watchStop: ({ stopped }) => {
      if (signal.aborted) stopped();
      signal.addEventListener('abort', stopped, { once: true });
      return () => signal.removeEventListener('abort', stopped);
    },
  });
  const end = performance.now() + budgetMs;
  const answer = await prober(batch, {
    awsRequestId: 'site',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
  });
  const { result } = decodeAnswer(JSON.stringify(answer));
  if (result === undefined) throw new Error('the prober gave no result');
  return result;
}

function together(
  parts: readonly BatchResult[],
  batch: ProbeBatch,
  { position }: Pick<SiteMeasuring, 'position'>,
): BatchResult {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('the work names no endpoint');
  const order = new Map(endpointsOf(batch).map(({ id }, index) => [id, index]));
  const results = parts
    .flatMap((part) => part.results)
    .map((result) => withoutRefusals(result, position))
    .sort((one, other) => (order.get(one.endpointId) ?? 0) - (order.get(other.endpointId) ?? 0));
  return {
    ...first,
    vantage: { ...first.vantage, controls: parts.flatMap(({ vantage }) => vantage.controls) },
    results,
    ...(parts.some(({ partial }) => partial) && { partial: true }),
    ...(others.some(({ stopped }) => stopped) && { stopped: true }),
  };
}

/**
 * What this machine refused to probe is no fault of a target: nothing was measured, and why is said. A private address of a
 * public name is one for the internet alone; inside it may be right.
 */
function withoutRefusals(result: VantageResult, position: VantagePosition): VantageResult {
  return { ...result, measured: result.measured.map((one) => withoutRefusal(one, position)) };
}

function withoutRefusal(one: Measured, position: VantagePosition): Measured {
  const { observation, missing } = one;
  if (missing !== undefined) return one;
  const isOurs = (range: string): boolean => range === NOT_ALLOWED || position !== 'internet';
  const connect = 'connect' in observation ? observation.connect : undefined;
  if (connect?.status === 'refused-by-guard' && isOurs(connect.range)) {
    const detail = printable(`${observation.address} is ${connect.range}`, 300);
    const text = `${one.vantage} gave no result for ${observation.endpointId}: ${detail}.`;
    return { ...one, missing: { why: 'fault', text, detail, lost: true } };
  }
  if (!('dns' in observation) || observation.dns?.refused === undefined) return one;
  const { refused, ...dns } = observation.dns;
  const kept = refused.filter(({ range }) => !isOurs(range));
  return {
    ...one,
    observation: { ...observation, dns: { ...dns, ...(kept.length > 0 && { refused: kept }) } },
  };
}
