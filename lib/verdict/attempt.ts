/** The expectation applied to one observation. */
import { fault } from '../diagnose/fault.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { Expect, Verdict } from '../model/vocabulary.ts';
import { atMost, gravestFirst } from './gravity.ts';
import type { JudgedObservation } from './judged.ts';
import { peerAnswered, peerIsAuthentic } from './peer-proof.ts';

/** What one observation says about the expectation; `faults` are those that bear on it, gravest first. */
export interface Opinion {
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
}

const answersForAll = (vantage: VantageFacts): Fault =>
  fault(
    'prober.network-answers-for-all',
    `The network of ${vantage.id} answers for everyone: ${vantage.negative?.address ?? 'a reserved address'} connected, which no host can have, so what was seen from there does not count.`,
  );

/** Is this about the name of an endpoint that is something else than a dns question? */
export const isAboutName = (endpoint: Endpoint, { observation }: JudgedObservation): boolean =>
  observation.kind === 'dns' && endpoint.kind !== 'dns';

/** A name that leads to a private address: proven by DNS alone, without a packet to the address. */
const namesPrivateAddress = ({ finding }: JudgedObservation): boolean =>
  finding.faults.some(({ cause }) => cause === 'dns.private-address');

function opinionOnOpen(judged: JudgedObservation): Opinion {
  const { state, faults } = judged.finding;
  const sorted = gravestFirst(faults);
  if (state === 'inconclusive') return { verdict: 'inconclusive', faults: sorted };
  if (state !== 'open' || sorted.some(({ severity }) => severity === 'fail'))
    return { verdict: 'fail', faults: sorted };
  return { verdict: sorted.some(({ severity }) => severity === 'warn') ? 'warn' : 'pass', faults: sorted };
}

function opinionOnClosed(endpoint: Endpoint, judged: JudgedObservation): Opinion {
  const { observation, finding } = judged;
  const faults = gravestFirst(finding.faults);
  // A private address can't be reached from the internet, but the public one behind the same name may: met, with a warning.
  if (namesPrivateAddress(judged)) return { verdict: 'warn', faults: atMost('warn', faults) };
  if (isAboutName(endpoint, judged)) {
    // A name that does not exist may be a typo of the one that is open: no reason to be calm.
    return finding.state === 'open' ? { verdict: 'pass', faults: [] } : { verdict: 'inconclusive', faults };
  }
  if (finding.state === 'open' || peerAnswered(observation)) {
    const exposure = fault(
      'exposure.open-but-must-be-closed',
      `Port ${endpoint.port} must not be reachable, but something answered there: ${finding.summary}`,
    );
    return { verdict: 'fail', faults: [exposure] };
  }
  switch (finding.state) {
    case 'closed':
    case 'filtered':
      return { verdict: 'pass', faults: [] };
    case 'broken':
      return { verdict: 'warn', faults: atMost('warn', faults) };
    case 'inconclusive':
      return { verdict: 'inconclusive', faults };
    default:
      return finding.state satisfies never;
  }
}

/**
 * Applies the expectation to one observation. From a vantage whose negative control connected only a peer that proved
 * its identity by a valid certificate counts, and for `closed` not even that is calm.
 */
export function opinion(
  endpoint: Endpoint,
  expect: Expect,
  judged: JudgedObservation,
  vantage: VantageFacts | undefined,
): Opinion {
  const plain = expect === 'open' ? opinionOnOpen(judged) : opinionOnClosed(endpoint, judged);
  const noPacketSent = judged.observation.kind === 'dns' || namesPrivateAddress(judged);
  if (vantage?.negative?.clean !== false || noPacketSent) return plain;
  if (plain.verdict === 'inconclusive' || peerIsAuthentic(judged.observation)) return plain;
  return {
    verdict: 'inconclusive',
    faults: gravestFirst([answersForAll(vantage), ...atMost('info', plain.faults)]),
  };
}
