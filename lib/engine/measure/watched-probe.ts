/** The confirming attempt, made with what this machine's kernel knows of its connection. */

import { compareHelloSizes, gotNoAnswer } from '../../kinds/connection/hello-sizes.ts';
import { refuses } from '../../kinds/connection/icmp-words.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { markedSegment } from '../../kinds/listener/syn-mark.ts';
import type { Observation } from '../../kinds/observation.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { SmallSegments, StreamCounters } from '../../model/kernel-evidence.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import type { Timely } from '../../net/lag.ts';
import type { WatchedDial } from '../../net/network-access.ts';
import type { Allowance } from './allowance.ts';
import type { Ended } from './budget.ts';
import type { Measuring } from './measuring.ts';
import { timelyProbe } from './timely-probe.ts';

/**
 * Budgets of one more try with small segments, and with the usual ones, ms: two of each, of which the large are not answered, fit into what is allowed
 * together, and so do one small one and hellos of two sizes.
 */
const SMALL_MS = 2_500;
const LARGE_MS = 2_000;
/** A shorter silence can be loss: TCP has sent a lost segment again after 0.2, 0.6 and 1.4 s by then, ms. */
const LEAST_SILENCE_MS = 1_500;
/** Fewer may be lost by chance, one after the other. */
const LEAST_RETRANSMISSIONS = 3;
/** Fits into the smallest packet that every IPv4 host takes (RFC 1122 §3.3.3), and into that of IPv6. */
const SMALL_SEGMENT = 536;

export interface WatchedProbeOptions {
  /** Largest payload of a segment, in both directions. */
  readonly maxSegment?: number;
  /**
   * Nothing came back to the SYNs before: with a listener's code these are marked, so that the other end knows them. Where something came,
   * another segment size could hide what breaks there.
   */
  readonly marked?: boolean;
  /** For evidence that takes time. Absent: only what takes none. */
  readonly allowance?: Allowance;
}

/**
 * A timely probe whose observation has the kernel's evidence where there is any. Reading that may take longer than the probe's own
 * budget, so it comes after it.
 */
export async function watchedProbe(
  spec: ProbeSpec,
  { context, probes }: Measuring,
  { maxSegment, marked, allowance }: WatchedProbeOptions = {},
): Promise<Timely<Ended<Observation>>> {
  const { kernel, deadline, listener } = context;
  if (kernel === undefined) return timelyProbe(spec, () => probes[spec.kind](spec, context), deadline);
  const mark =
    marked === true && maxSegment === undefined && listener?.key !== undefined
      ? { run: listener.run, segment: markedSegment(listener.key, spec.address, spec.port) }
      : undefined;
  const segment = maxSegment ?? mark?.segment;
  let watched: WatchedDial | undefined;
  let tries = 0;
  const probe = async (): Promise<Observation> => {
    // Another try, because this machine was late in the one before.
    watched?.release();
    tries += 1;
    const own = tries;
    const made = await kernel.watch(
      spec.address,
      spec.port,
      segment === undefined ? {} : { maxSegment: segment },
    );
    if (own === tries) watched = made;
    // This try was given up meanwhile, and nobody else knows of what it holds.
    else made?.release();
    return probes[spec.kind](spec, made === undefined ? context : { ...context, dial: made.dial });
  };
  try {
    const ended = await timelyProbe(spec, probe, deadline);
    const asked = watched;
    const evidence =
      !ended.outcome.ok || asked === undefined
        ? undefined
        : await (allowance === undefined
            ? asked.evidence({ briefly: true })
            : allowance.spend(() => asked.evidence()));
    if (!ended.outcome.ok || evidence === undefined) return ended;
    const told = { ...evidence, ...(mark && { markedFor: mark.run }) };
    return { ...ended, outcome: { ok: true, value: { ...ended.outcome.value, kernel: told } } };
  } finally {
    tries += 1;
    watched?.release();
  }
}

/**
 * Finds out more about a silence, or about a refusal in the name of the address, in an attempt that repeats a failed one: unchanged where something else came back. Once the run's budget for that
 * is used up, the observation stays what it is; where the kernel was asked it says so.
 */
export async function withMoreEvidence(
  observation: Observation,
  spec: ProbeSpec,
  measuring: Measuring,
  allowance: Allowance,
): Promise<Observation> {
  const { kernel, late } = observation;
  if (late !== undefined) return observation;
  const reading = readingFor(observation.kind);
  const silent = kernel !== undefined && reading.wasSilent(observation);
  // The way there shows whether the address translates, so that another machine than the host may have refused.
  const refused = kernel?.icmp?.sender === 'target' && refuses(kernel.icmp);
  // A peer that counts connections gets none that are not needed.
  const mayRepeat = !descriptorOf(spec.kind).pacing.oneAtATime;
  const stalled = mayRepeat && kernel?.stream?.ended === false && reading.restsOnTime(observation);
  const wordless = mayRepeat && gotNoAnswer(reading.tls(observation));
  if (!silent && !refused && !stalled && !wordless) return observation;
  const giveBack = measuring.evidence.take(observation.address);
  if (giveBack === undefined)
    return kernel === undefined ? observation : { ...observation, kernel: { ...kernel, leftOut: true } };
  try {
    return await allowance.spend(async () => {
      const more = { ...measuring, allowance };
      if (silent || refused) return withTrace(observation, more);
      const seen = stalled ? await withSegments(observation, spec, more) : observation;
      return wordless ? withHellos(seen, more) : seen;
    });
  } finally {
    giveBack();
  }
}

interface Allowed extends Measuring {
  readonly allowance: Allowance;
}

/**
 * A large ClientHello without an answer is compared with a small one, unless small segments have shown that it is not the hello that matters, or a
 * connection that was cut off behind it that it arrived.
 */
async function withHellos(observation: Observation, { context, allowance }: Allowed): Promise<Observation> {
  const tls = readingFor(observation.kind).tls(observation);
  const { segments, stream } = observation.kernel ?? {};
  if (tls === undefined || segments?.answered === true || stream?.finAcknowledged === false)
    return observation;
  if (context.deadline.aborted) return observation;
  const { address, port } = observation;
  const hello = await compareHelloSizes(address, port, tls, context, allowance.left());
  return hello === undefined ? observation : { ...observation, hello };
}

/** Follows the way to a port that did not answer or was refused, and to a port of the same address that did in this run. */
async function withTrace(observation: Observation, measuring: Allowed): Promise<Observation> {
  const { address, port, localPort } = observation;
  const same = localPort === undefined ? {} : { localPort };
  const follow = (to: number | undefined) =>
    to === undefined
      ? undefined
      : measuring.context.kernel?.trace(address, to, { timeoutMs: measuring.allowance.left(), ...same });
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
  measuring: Allowed,
): Promise<Observation> {
  if (observation.kernel === undefined) return observation;
  const segments = await segmentsOf(spec, measuring);
  return segments === undefined
    ? observation
    : { ...observation, kernel: { ...observation.kernel, segments } };
}

/** `undefined`: nothing is proven. */
async function segmentsOf(spec: ProbeSpec, measuring: Allowed): Promise<SmallSegments | undefined> {
  const mss = SMALL_SEGMENT;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const small = await tryOnce({ ...spec, timeoutMs: Math.min(spec.timeoutMs, SMALL_MS) }, measuring, {
      maxSegment: mss,
    });
    if (small === undefined) return undefined;
    // In a later round it contradicts the one before.
    if (!small.answered) return round === 1 ? { mss, ...small } : undefined;
    const large = await tryOnce({ ...spec, timeoutMs: Math.min(spec.timeoutMs, LARGE_MS) }, measuring);
    if (large === undefined) return undefined;
    if (large.answered) return { mss, answered: true, largeAnswered: true };
  }
  return { mss, answered: true, largeAnswered: false };
}

/**
 * `undefined`: nothing is proven, since this machine was late itself, the run or the time for evidence ended, no connection came about, or so late that
 * lost packets can be why nothing followed, or small segments brought a part of an answer: there was only no time for the rest.
 */
async function tryOnce(
  spec: ProbeSpec,
  measuring: Allowed,
  options: Pick<WatchedProbeOptions, 'maxSegment'> = {},
): Promise<Pick<SmallSegments, 'answered' | 'arrived'> | undefined> {
  const timeoutMs = Math.min(spec.timeoutMs, measuring.allowance.left());
  if (timeoutMs <= 0) return undefined;
  // Asking for old versions would take further connections, and the whole time where large packets are lost.
  const alone: ProbeSpec = { ...spec, timeoutMs, oldProtocols: false, weakCiphers: false, revocation: false };
  const { outcome, late } = await watchedProbe(alone, measuring, options);
  if (!outcome.ok || late !== undefined || measuring.context.deadline.aborted) return undefined;
  const { value } = outcome;
  const reading = readingFor(value.kind);
  if (reading.peerAnswered(value) && !reading.restsOnTime(value)) return { answered: true };
  const { stream, syns = [] } = value.kernel ?? {};
  const { connect = timeoutMs } = value.timings;
  if (stream?.ended !== false || timeoutMs - connect < LEAST_SILENCE_MS) return undefined;
  if (options.maxSegment === undefined) return { answered: false };
  const arrived = requestArrived(stream, syns.length - 1);
  return arrived === undefined || stream.receivedBytes > 0 ? undefined : { answered: false, arrived };
}

/** `undefined`: not at once, or not tried often enough; there may have been no time for an answer. */
function requestArrived(
  { sentBytes, ackedBytes, retransmissions, unanswered = 0 }: StreamCounters,
  ofSyn: number,
): boolean | undefined {
  if (ackedBytes < sentBytes) return unanswered >= LEAST_RETRANSMISSIONS ? false : undefined;
  return retransmissions === ofSyn ? true : undefined;
}
