import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { dnsObservation } from '../../kinds/dns/probe.ts';
import { isLookup } from '../../kinds/lookup.ts';
import type { Observation } from '../../kinds/observation.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { DnsResult } from '../../model/observed.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { oneFamilyFails } from '../../net/dns-codes.ts';
import { addressScope } from '../../net/guard.ts';
import type { Timely } from '../../net/lag.ts';
import type { Release } from '../../net/slots.ts';
import type { Measured, Missing } from '../measured.ts';
import { dnsSpec, ofChosenFamilies, probeSpecs } from '../plan/probe-specs.ts';
import { type Allowance, createAllowance } from './allowance.ts';
import type { Measuring } from './measuring.ts';
import { withNameServers } from './name-servers.ts';
import { withSignaturesOfFailed } from './signatures.ts';
import { timelyProbe } from './timely-probe.ts';
import type { Tried } from './tried.ts';
import { turnKey } from './turns.ts';
import { unmeasured } from './unmeasured.ts';
import { watchedProbe, withMoreEvidence } from './watched-probe.ts';

/** One attempt at an endpoint. */
export interface Attempt {
  readonly endpoint: Endpoint;
  /** 1 for the first, 2… for confirmations. */
  readonly number: number;
  /** For a confirmation: what failed before and is therefore tried again. Absent: everything. */
  readonly again?: readonly Tried[];
  /** No other follows if this one fails, so it decides: evidence that takes time is looked for in it alone. */
  readonly last: boolean;
}

/**
 * Measures an endpoint once from this vantage: resolves its host there and probes all its addresses at the same time, or
 * returns the look-up itself as the observation where the name has no address. Waits for the controls that will decide what
 * was seen. Never rejects: a bug loses the result of this endpoint only, not of the others.
 *
 * @param slot the slot that the caller took for this attempt; it is given back here
 */
export async function measureEndpoint(
  attempt: Attempt,
  measuring: Measuring,
  slot: Release,
): Promise<Measured[]> {
  const { endpoint, number } = attempt;
  try {
    if (measuring.context.deadline.aborted)
      return [unmeasured({ why: 'deadline' }, endpoint, number, measuring)];
    return await probeEndpoint(attempt, measuring, slot);
  } catch (error) {
    return [unmeasured({ why: 'fault', error }, endpoint, number, measuring)];
  } finally {
    slot();
  }
}

async function probeEndpoint(attempt: Attempt, measuring: Measuring, slot: Release): Promise<Measured[]> {
  const { endpoint } = attempt;
  measuring.events.probing?.(endpoint, attempt.number);
  if (!descriptorOf(endpoint.kind).dialsHost)
    return [await probeAddress(questionSpec(endpoint, measuring), attempt, measuring, slot)];
  const sameAddresses = addressesAgain(attempt);
  if (sameAddresses === undefined) return resolveAndProbe(attempt, measuring, slot);
  return probeAddresses(probeSpecs(endpoint, sameAddresses, measuring.settings), attempt, measuring, slot);
}

/** Where another vantage judges the other family's addresses, those that it finds itself are left to it, too. */
function questionSpec(endpoint: Endpoint, { settings, only }: Measuring): ProbeSpec {
  const spec = dnsSpec(endpoint, settings);
  return only !== undefined && descriptorOf(endpoint.kind).findsPeers ? { ...spec, family: only } : spec;
}

/** The addresses that a confirmation tries again; `undefined` when the name itself has to be asked for. */
function addressesAgain({ endpoint, again }: Attempt): Parameters<typeof probeSpecs>[1] | undefined {
  if (again === undefined) return undefined;
  const addresses = again.flatMap(({ address, family }) =>
    family === undefined || address === '' ? [] : [{ address, family }],
  );
  if (addresses.length < again.length) return undefined;
  return { name: endpoint.host, servers: [], answers: [], cnames: [], addresses };
}

async function resolveAndProbe(attempt: Attempt, measuring: Measuring, slot: Release): Promise<Measured[]> {
  const { endpoint, again } = attempt;
  const { clock } = measuring.context;
  const startedAt = isoTime(clock.now());
  const resolved = await measuring.resolve(endpoint.host, endpoint.port, attempt.number);
  const dns = ofChosenFamilies(resolved, measuring.settings.family);
  const { only } = measuring;
  const specs = probeSpecs(endpoint, dns, measuring.settings).filter(
    ({ family }) => only === undefined || family === only,
  );
  // Its addresses are the other vantages' to judge.
  if (specs.length === 0 && dns.addresses.length > 0 && !lookupMatters(endpoint, dns)) return [];
  const totalMs = lookupMs(dns);
  const probed = probeAddresses(specs, attempt, measuring, slot, totalMs);
  // A look-up that failed before must be shown to work now.
  const isTold = again !== undefined || specs.length === 0 || lookupMatters(endpoint, dns);
  if (!isTold) return probed;
  const observation = dnsObservation(endpointSpec(endpoint), dns, measuring.context, {
    startedAt,
    totalMs: totalMs ?? 0,
  });
  const signed = await withSignaturesOfFailed(observation, attempt, measuring);
  const walked = attempt.last
    ? await withNameServers(signed, { endpoint, isRepeated: again !== undefined }, measuring)
    : signed;
  const name = await proven(walked, attempt, measuring);
  return [name, ...(await probed)];
}

const endpointSpec = ({ id, host, port }: Endpoint) => ({ endpointId: id, host, port });

/** Milliseconds that the look-up took: its questions are asked at the same time. `undefined` for given addresses. */
const lookupMs = (dns: DnsResult): number | undefined =>
  dns.given || dns.answers.length === 0 ? undefined : Math.max(...dns.answers.map(({ ms }) => ms));

/**
 * Is the look-up evidence in addition to the probes? It is where the user said which addresses it must return, and where one
 * family's question failed (a CA that asks for AAAA stops there).
 */
const lookupMatters = (endpoint: Endpoint, { answers }: DnsResult): boolean =>
  endpoint.documentedAddresses !== undefined ||
  endpoint.assertions?.addresses !== undefined ||
  oneFamilyFails(answers);

/** All addresses at the same time: the first in the slot that is taken, each other one in its own slot. */
function probeAddresses(
  specs: readonly ProbeSpec[],
  attempt: Attempt,
  measuring: Measuring,
  slot: Release,
  dnsMs?: number,
): Promise<Measured[]> {
  return Promise.all(
    specs.map((spec, index) => probeAddress(spec, attempt, measuring, index === 0 ? slot : undefined, dnsMs)),
  );
}

async function probeAddress(
  spec: ProbeSpec,
  attempt: Attempt,
  measuring: Measuring,
  slot: Release | undefined,
  dnsMs?: number,
): Promise<Measured> {
  const key = spec.address === '' ? undefined : turnKey(spec);
  const turn = key === undefined ? undefined : measuring.turns.take(key);
  if (turn) {
    // A probe that waits for its turn must not block others meanwhile.
    slot?.();
    await turn;
  }
  const release = await roomFor(spec, slot, turn !== undefined, measuring);
  const allowance = createAllowance(measuring.context.clock);
  const probed = await probe(spec, attempt, measuring, allowance);
  const seen =
    'missing' in probed || attempt.again === undefined || !attempt.last
      ? probed
      : isLookup(probed)
        ? await withNameServers(
            await withSignaturesOfFailed(probed, attempt, measuring),
            { endpoint: attempt.endpoint, isRepeated: true },
            measuring,
          )
        : await withMoreEvidence(probed, spec, measuring, allowance);
  release();
  if (key !== undefined) measuring.turns.end(key);
  if ('missing' in seen) return seen;
  return proven(withLookup(seen, dnsMs), attempt, measuring);
}

/** A slot for the probe: the given one, unless it was given back. One that finds its peers takes none, as each visit takes its own. */
async function roomFor(
  { kind }: ProbeSpec,
  slot: Release | undefined,
  hasWaited: boolean,
  { slots }: Measuring,
): Promise<Release> {
  if (descriptorOf(kind).findsPeers) {
    slot?.();
    return () => undefined;
  }
  return hasWaited || slot === undefined ? slots.acquire() : slot;
}

/** Runs the probe; whatever happens, there is a result. */
async function probe(
  spec: ProbeSpec,
  { endpoint, number, again, last }: Attempt,
  measuring: Measuring,
  allowance: Allowance,
): Promise<Observation | (Measured & { readonly missing: Missing })> {
  const { deadline } = measuring.context;
  if (deadline.aborted) return unmeasured({ why: 'deadline' }, endpoint, number, measuring, spec);
  if (spec.address !== '' && measuring.onlyAt?.get(endpoint.id)?.has(spec.address) === false)
    return unmeasured({ why: 'not-authorised' }, endpoint, number, measuring, spec);
  const overTcp = spec.address !== '' && descriptorOf(spec.kind).transport === 'tcp';
  // Started before the probe dials: a network that answers in place of every address has then answered here too by the time that
  // the probe ends, and nothing has to wait for it.
  if (overTcp) measuring.negatives.start(spec.port, addressScope(spec.address));
  const { outcome: ended, ...timeliness } = await (overTcp && again !== undefined
    ? watchedProbe(spec, measuring, {
        ...(last && { allowance }),
        marked: again.some(({ address, silent }) => silent === true && address === spec.address),
      })
    : timelyProbe(spec, () => measuring.probes[spec.kind](spec, measuring.context), deadline));
  if (ended.ok) {
    // A peer that counts connections gets none that are not needed.
    if (
      overTcp &&
      !descriptorOf(spec.kind).pacing.oneAtATime &&
      readingFor(spec.kind).peerAnswered(ended.value)
    )
      measuring.answering.add(spec.address, spec.port);
    return withLateness(ended.value, timeliness, measuring.context);
  }
  return unmeasured({ why: 'fault', error: ended.error }, endpoint, number, measuring, spec);
}

/** The observation with this prober's own delay; unchanged where there was none. */
function withLateness(
  observation: Observation,
  { late, thrownAway }: Omit<Timely<unknown>, 'outcome'>,
  { clock }: ProbeContext,
): Observation {
  if (late === undefined && thrownAway.length === 0) return observation;
  const lost = late === undefined ? thrownAway : [...thrownAway, late.ms];
  const text = `this prober itself was stopped or starved of CPU for ${lost.join(' and then ')} ms of an attempt; ${
    late === undefined
      ? 'what it saw there was thrown away and the attempt made again'
      : 'what is missing may have come in time'
  }`;
  const exchange = [...observation.exchange, { at: isoTime(clock.now()), dir: 'event' as const, text }];
  return { ...observation, exchange, ...(late && { late }) };
}

/**
 * Makes the controls that decide what was seen: a timeout waits for the control of its port and family, a connect without bytes
 * for the negative control. What answered waits for nothing.
 */
async function proven(
  observation: Observation,
  { endpoint, number }: Attempt,
  measuring: Measuring,
): Promise<Measured> {
  measuring.events.observed?.(endpoint, observation);
  const reading = readingFor(observation.kind);
  for (const silence of reading.silences(observation)) await measuring.controls.prove(silence);
  if (reading.restsOnConnect(observation))
    await measuring.negatives.result(observation.port, addressScope(observation.address));
  return { observation, vantage: measuring.vantage.id, attempt: number };
}

/** The look-up came before the probe and is part of what a client would have waited. */
function withLookup<O extends Observation>(observation: O, dnsMs: number | undefined): O {
  if (dnsMs === undefined) return observation;
  const { timings } = observation;
  const total = roundMs(timings.total + dnsMs);
  return { ...observation, timings: { ...timings, dns: dnsMs, total } };
}
