/** The expectation applied to one observation. */
import { fault } from '../../kinds/contract/fault.ts';
import { within } from '../../kinds/contract/sentences.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { isLookup } from '../../kinds/lookup.ts';
import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { atMost, mostSeriousFirst } from '../../model/severity-order.ts';
import type { Expect, Verdict } from '../../model/vocabulary.ts';
import type { JudgedObservation } from './judged.ts';
import { peerAnswered, peerIsAuthentic } from './peer-proof.ts';

/** What one observation says about the expectation; `faults` are those that concern it, most serious first. */
export interface ExpectationResult {
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
}

const answersForAll = (vantage: VantageFacts): Fault =>
  fault(
    'prober.network-answers-for-all',
    say.answersForAll({
      vantage: vantage.id,
      reserved: vantage.negative?.address ?? 'a reserved address',
    }),
  );

/** Is this about the name of an endpoint that is not itself a dns question? */
export const isAboutName = (endpoint: Endpoint, { observation }: JudgedObservation): boolean =>
  isLookup(observation) && descriptorOf(endpoint.kind).dialsHost;

/** A name that resolves to a private address: proven only by DNS, without a packet to the address. */
const namesPrivateAddress = ({ finding }: JudgedObservation): boolean =>
  finding.faults.some(({ cause }) => cause === 'dns.private-address');

function resultForOpen(judged: JudgedObservation): ExpectationResult {
  const { state, faults } = judged.finding;
  const sorted = mostSeriousFirst(faults);
  if (state === 'inconclusive') return { verdict: 'inconclusive', faults: sorted };
  if (state !== 'open' || sorted.some(({ severity }) => severity === 'fail'))
    return { verdict: 'fail', faults: sorted };
  return { verdict: sorted.some(({ severity }) => severity === 'warn') ? 'warn' : 'pass', faults: sorted };
}

function resultForClosed(endpoint: Endpoint, judged: JudgedObservation): ExpectationResult {
  const { observation, finding } = judged;
  const faults = mostSeriousFirst(finding.faults);
  // A private address can't be reached from the internet, but the public one of the same name may: a pass with a warning.
  if (namesPrivateAddress(judged)) return { verdict: 'warn', faults: atMost('warn', faults) };
  if (isAboutName(endpoint, judged)) {
    // A name that does not exist may be a typo for the one that is open, so this is not a pass.
    return finding.state === 'open' ? { verdict: 'pass', faults: [] } : { verdict: 'inconclusive', faults };
  }
  if (finding.state === 'open' || peerAnswered(observation)) {
    const exposure = fault(
      'exposure.open-but-must-be-closed',
      say.mustBeClosed({ port: endpoint.port, seen: within(finding) }),
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
 * Applies the expectation to one observation. From a vantage whose negative control connected, only a peer that proved
 * its identity by a valid certificate counts, and for `closed` silence there is not a pass either.
 */
export function applyExpectation(
  endpoint: Endpoint,
  expect: Expect,
  judged: JudgedObservation,
  vantage: VantageFacts | undefined,
): ExpectationResult {
  const plain = expect === 'open' ? resultForOpen(judged) : resultForClosed(endpoint, judged);
  const noPacketSent = isLookup(judged.observation) || namesPrivateAddress(judged);
  if (vantage?.negative?.clean !== false || noPacketSent) return plain;
  if (plain.verdict === 'inconclusive' || peerIsAuthentic(judged.observation)) return plain;
  return {
    verdict: 'inconclusive',
    faults: mostSeriousFirst([answersForAll(vantage), ...atMost('info', plain.faults)]),
  };
}
