/** The confirming attempt, made with what this machine's kernel knows of its connection. */

import { compareHelloSizes, gotNoAnswer } from '../../kinds/connection/hello-sizes.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Observation } from '../../kinds/observation.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { SmallSegments } from '../../model/kernel-evidence.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import type { Timely } from '../../net/lag.ts';
import type { WatchedDial } from '../../net/network-access.ts';
import type { Ended } from './budget.ts';
import type { Measuring } from './measuring.ts';
import { timelyProbe } from './timely-probe.ts';

/** What following the way to a silent port may take, and at the same time that to a port beside it, ms. */
const TRACE_MS = 6_000;
/** Budget of one more try with another segment size, ms. */
const SEGMENTS_MS = 3_000;
/** Fits into the smallest packet that every IPv4 host takes (RFC 1122 §3.3.3), and into that of IPv6. */
const SMALL_SEGMENT = 536;

/**
 * A timely probe whose observation has the kernel's evidence where there is any. Reading that may take longer than the probe's own
 * budget, so it comes after it.
 */
export async function watchedProbe(
  spec: ProbeSpec,
  { context, probes }: Measuring,
  options?: { readonly maxSegment: number },
): Promise<Timely<Ended<Observation>>> {
  const { kernel, deadline } = context;
  if (kernel === undefined) return timelyProbe(spec, () => probes[spec.kind](spec, context), deadline);
  let watched: WatchedDial | undefined;
  let tries = 0;
  const probe = async (): Promise<Observation> => {
    // Another try, because this machine was late in the one before.
    watched?.release();
    tries += 1;
    const own = tries;
    const made = await kernel.watch(spec.address, spec.port, options);
    if (own === tries) watched = made;
    // This try was given up meanwhile, and nobody else knows of what it holds.
    else made?.release();
    return probes[spec.kind](spec, made === undefined ? context : { ...context, dial: made.dial });
  };
  try {
    const ended = await timelyProbe(spec, probe, deadline);
    const evidence = ended.outcome.ok ? await watched?.evidence() : undefined;
    if (!ended.outcome.ok || evidence === undefined) return ended;
    return { ...ended, outcome: { ok: true, value: { ...ended.outcome.value, kernel: evidence } } };
  } finally {
    tries += 1;
    watched?.release();
  }
}

/**
 * Finds out more about a silence in an attempt that repeats a failed one: unchanged where something came back. Once the run's budget for that
 * is used up, the observation stays what it is; where the kernel was asked it says so.
 */
export async function withMoreEvidence(
  observation: Observation,
  spec: ProbeSpec,
  measuring: Measuring,
): Promise<Observation> {
  const { kernel, late } = observation;
  if (late !== undefined) return observation;
  const reading = readingFor(observation.kind);
  const silent = kernel !== undefined && reading.wasSilent(observation);
  // A peer that counts connections gets none that are not needed.
  const mayRepeat = !descriptorOf(spec.kind).pacing.oneAtATime;
  const stalled = mayRepeat && kernel?.stream?.ended === false && reading.restsOnTime(observation);
  const wordless = mayRepeat && gotNoAnswer(reading.tls(observation));
  if (!silent && !stalled && !wordless) return observation;
  const giveBack = measuring.evidence.take(observation.address);
  if (giveBack === undefined)
    return kernel === undefined ? observation : { ...observation, kernel: { ...kernel, leftOut: true } };
  try {
    if (silent) return await withTrace(observation, measuring);
    const seen = stalled ? await withSegments(observation, spec, measuring) : observation;
    return wordless ? await withHellos(seen, measuring) : seen;
  } finally {
    giveBack();
  }
}

/** A large ClientHello without an answer is compared with a small one, unless small segments have shown that it is not the hello that matters. */
async function withHellos(observation: Observation, { context }: Measuring): Promise<Observation> {
  const tls = readingFor(observation.kind).tls(observation);
  if (tls === undefined || observation.kernel?.segments?.answered === true) return observation;
  if (context.deadline.aborted) return observation;
  const hello = await compareHelloSizes(observation.address, observation.port, tls, context);
  return hello === undefined ? observation : { ...observation, hello };
}

/** Follows the way to a port that did not answer, and to a port of the same address that did in this run. */
async function withTrace(observation: Observation, measuring: Measuring): Promise<Observation> {
  const { address, port, localPort } = observation;
  const same = localPort === undefined ? {} : { localPort };
  const follow = (to: number | undefined) =>
    to === undefined
      ? undefined
      : measuring.context.kernel?.trace(address, to, { timeoutMs: TRACE_MS, ...same });
  const [trace, traceBeside] = await Promise.all([
    follow(port),
    follow(measuring.answering.beside(address, port)),
  ]);
  if (trace === undefined || observation.kernel === undefined) return observation;
  const kernel = { ...observation.kernel, trace, ...(traceBeside && { traceBeside }) };
  return { ...observation, kernel };
}

/** How often small segments have to be answered, and large ones not. A pool with one server that hangs does that once by chance. */
const ROUNDS = 2;

/** The same probe with small segments; where those are answered, once more with the usual ones, so that a fault which has gone by is not blamed on size. */
async function withSegments(
  observation: Observation,
  spec: ProbeSpec,
  measuring: Measuring,
): Promise<Observation> {
  if (observation.kernel === undefined) return observation;
  const segments = await segmentsOf({ ...spec, timeoutMs: Math.min(spec.timeoutMs, SEGMENTS_MS) }, measuring);
  return segments === undefined
    ? observation
    : { ...observation, kernel: { ...observation.kernel, segments } };
}

/** `undefined`: nothing is proven. */
async function segmentsOf(spec: ProbeSpec, measuring: Measuring): Promise<SmallSegments | undefined> {
  const mss = SMALL_SEGMENT;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const answered = await isAnswered(spec, measuring, { maxSegment: mss });
    // In a later round it contradicts the one before.
    if (answered === false) return round === 1 ? { mss, answered } : undefined;
    const largeAnswered = answered && (await isAnswered(spec, measuring));
    if (answered === undefined || largeAnswered === undefined) return undefined;
    if (largeAnswered) return { mss, answered, largeAnswered };
  }
  return { mss, answered: true, largeAnswered: false };
}

/**
 * `undefined`: nothing is proven, since this machine was late itself, the run ended, no connection came about, or small segments brought a part of an
 * answer: there was only no time for the rest.
 */
async function isAnswered(
  spec: ProbeSpec,
  measuring: Measuring,
  options?: { readonly maxSegment: number },
): Promise<boolean | undefined> {
  const { outcome, late } = await watchedProbe(spec, measuring, options);
  if (!outcome.ok || late !== undefined || measuring.context.deadline.aborted) return undefined;
  const { value } = outcome;
  const reading = readingFor(value.kind);
  if (reading.peerAnswered(value) && !reading.restsOnTime(value)) return true;
  const { stream } = value.kernel ?? {};
  if (stream?.ended !== false) return undefined;
  return options !== undefined && stream.receivedBytes > 0 ? undefined : false;
}
