import type { Endpoint } from '../model/endpoint.ts';
import type { DnsResult, Observation } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import { isDnsAnswer } from '../net/dns-codes.ts';
import { addressScope } from '../net/guard.ts';
import { dnsSpec, ofChosenFamilies, probeSpecs } from '../plan/probe-specs.ts';
import { dnsObservation } from '../probe/dns.ts';
import type { JudgedObservation } from '../verdict/judged.ts';
import { withinBudget } from './budget.ts';
import { judgeObservation } from './judge-observation.ts';
import type { RunState } from './run-state.ts';
import type { Release } from './slots.ts';
import { turnKey } from './turns.ts';
import { unmeasured } from './unmeasured.ts';

/** One attempt at an endpoint. */
export interface Attempt {
  readonly endpoint: Endpoint;
  /** 1 for the first, 2… for confirmations. */
  readonly number: number;
  /** For a confirmation: what failed before, and so is tried again. Absent: everything. */
  readonly again?: readonly Tried[];
}

/** What an earlier attempt tried: an address, or the look-up of the name where it is empty. */
export type Tried = Pick<Observation, 'address' | 'family'>;

/**
 * Probes an endpoint once from this vantage: resolves its host there and probes every address of it side by side, or
 * gives the look-up itself as the observation where the name leads nowhere. Every observation comes with its finding.
 *
 * @param held the slot that the caller took for this attempt; it is given back here
 */
export async function probeEndpoint(
  attempt: Attempt,
  run: RunState,
  held: Release,
): Promise<JudgedObservation[]> {
  const { endpoint } = attempt;
  try {
    run.events.probing?.(endpoint, attempt.number);
    if (endpoint.kind === 'dns')
      return [await probeAddress(dnsSpec(endpoint, run.settings), attempt, run, held)];
    const sameAddresses = addressesAgain(attempt);
    if (sameAddresses !== undefined) {
      const specs = probeSpecs(endpoint, sameAddresses, run.settings);
      return await probeAddresses(specs, attempt, run, held);
    }
    return await resolveAndProbe(attempt, run, held);
  } finally {
    held();
  }
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

async function resolveAndProbe(attempt: Attempt, run: RunState, held: Release): Promise<JudgedObservation[]> {
  const { endpoint, again } = attempt;
  const { clock } = run.context;
  const startedAt = isoTime(clock.now());
  const resolved = await run.resolve(endpoint.host, endpoint.port, attempt.number);
  const dns = ofChosenFamilies(resolved, run.settings.family);
  const specs = probeSpecs(endpoint, dns, run.settings);
  const totalMs = lookupMs(dns);
  const probed = probeAddresses(specs, attempt, run, held, totalMs);
  // A look-up that failed before has to be seen to work now.
  const isTold = again !== undefined || specs.length === 0 || lookupMatters(endpoint, dns);
  if (!isTold) return probed;
  const observation = dnsObservation(endpointSpec(endpoint), dns, run.context, {
    startedAt,
    totalMs: totalMs ?? 0,
  });
  const name = await judged(observation, attempt, run);
  return [name, ...(await probed)];
}

const endpointSpec = ({ id, host, port }: Endpoint) => ({ endpointId: id, host, port });

/** Milliseconds that the look-up took: its questions are asked side by side. `undefined` for given addresses. */
const lookupMs = (dns: DnsResult): number | undefined =>
  dns.given || dns.answers.length === 0 ? undefined : Math.max(...dns.answers.map(({ ms }) => ms));

/**
 * Is the look-up evidence beside the probes? It is where somebody said which addresses it must give, and where one
 * family's question failed (a CA that asks for AAAA stops there).
 */
const lookupMatters = (endpoint: Endpoint, { answers }: DnsResult): boolean =>
  endpoint.documentedAddresses !== undefined ||
  endpoint.assertions?.addresses !== undefined ||
  answers.some(({ type, code }) => (type === 'A' || type === 'AAAA') && !isDnsAnswer(code));

/** All addresses side by side: the first in the slot that is held, each other one in a slot of its own. */
function probeAddresses(
  specs: readonly ProbeSpec[],
  attempt: Attempt,
  run: RunState,
  held: Release,
  dnsMs?: number,
): Promise<JudgedObservation[]> {
  return Promise.all(
    specs.map((spec, index) => probeAddress(spec, attempt, run, index === 0 ? held : undefined, dnsMs)),
  );
}

async function probeAddress(
  spec: ProbeSpec,
  attempt: Attempt,
  run: RunState,
  held: Release | undefined,
  dnsMs?: number,
): Promise<JudgedObservation> {
  const key = turnKey(spec);
  const turn = key === undefined ? undefined : run.turns.take(key);
  if (turn) {
    // Who waits for a turn must not keep others from working meanwhile.
    held?.();
    await turn;
  }
  const release = turn || held === undefined ? await run.slots.acquire() : held;
  const measured = await measure(spec, attempt, run);
  release();
  if (key !== undefined) run.turns.end(key);
  if ('finding' in measured) return measured;
  return judged(withLookup(measured, dnsMs), attempt, run);
}

/** Runs the probe; whatever it does, there is an answer. */
async function measure(
  spec: ProbeSpec,
  { endpoint, number }: Attempt,
  run: RunState,
): Promise<Observation | JudgedObservation> {
  const { deadline } = run.context;
  if (deadline.aborted) return unmeasured({ cause: 'prober.deadline' }, endpoint, number, run, spec);
  // Started before the probe dials: a network that answers for everyone has then answered here too by the time that
  // the probe is through, and nothing has to wait for it.
  if (spec.address !== '' && spec.kind !== 'ntp') run.negatives.start(spec.port, addressScope(spec.address));
  const ended = await withinBudget<Observation>(
    () => run.probes[spec.kind](spec, run.context),
    spec.timeoutMs,
    deadline,
  );
  if (ended.ok) return ended.value;
  const why = { cause: 'prober.unavailable', error: ended.error } as const;
  return unmeasured(why, endpoint, number, run, spec);
}

async function judged(
  observation: Observation,
  { endpoint, number }: Attempt,
  run: RunState,
): Promise<JudgedObservation> {
  run.events.observed?.(endpoint, observation);
  const parts = { observation, vantage: run.vantage.id, attempt: number };
  try {
    return { ...parts, finding: await judgeObservation(endpoint, observation, run) };
  } catch (error) {
    // A bug in a diagnosis: what was seen stays in the report, and nothing is claimed about it.
    const { finding } = unmeasured({ cause: 'prober.unavailable', error }, endpoint, number, run);
    return { ...parts, finding };
  }
}

/** The look-up came before the probe and is part of what a client would have waited. */
function withLookup<O extends Observation>(observation: O, dnsMs: number | undefined): O {
  if (dnsMs === undefined) return observation;
  const { timings } = observation;
  const total = Math.round((timings.total + dnsMs) * 10) / 10;
  return { ...observation, timings: { ...timings, dns: dnsMs, total } };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
