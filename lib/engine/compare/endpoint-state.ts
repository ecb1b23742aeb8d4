import { ownLeaf } from '../../kinds/measurements.ts';
import type { State } from '../../model/vocabulary.ts';
import type { CertificateFacts } from '../../x509/facts.ts';
import type { EndpointState } from '../history.ts';
import type { EndpointReport, ReportObservation } from '../report-schema.ts';
import { lastAttempts } from '../verdict/last-attempts.ts';

/** More than this of one endpoint is not compared: a name's owner must not be able to fill our disk. */
const LIMITS = { addresses: 32, certificates: 16, vantages: 64 } as const;

const WORST_FIRST = [
  'inconclusive',
  'broken',
  'filtered',
  'closed',
  'open',
] as const satisfies readonly State[];

/** The parts of an endpoint that are compared. Times and evidence differ in every run and don't count. */
export function endpointState(report: EndpointReport): EndpointState {
  const { verdict, cause, alsoFound = [], observations } = report;
  const last = lastAttempts(observations);
  return {
    verdict,
    causes: [...(cause === undefined ? [] : [cause]), ...[...alsoFound].sort()],
    addresses: unique(observations.map(({ address }) => address).filter((address) => address !== ''))
      .sort()
      .slice(0, LIMITS.addresses),
    certificates: certificatesOf(observations).slice(0, LIMITS.certificates),
    vantages: unique(last.map(({ vantage }) => vantage))
      .sort()
      .slice(0, LIMITS.vantages)
      .map((id) => ({ id, state: statesAt(last.filter(({ vantage }) => vantage === id)) })),
  };
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** `filtered/open` when one of two addresses does not answer. */
function statesAt(observations: readonly ReportObservation[]): string {
  const seen = new Set(observations.map(({ state }) => state));
  return WORST_FIRST.filter((state) => seen.has(state)).join('/');
}

function certificatesOf(observations: readonly ReportObservation[]): EndpointState['certificates'] {
  return leavesOf(observations).map(({ fingerprint256, subject, issuer, notAfter }) => ({
    fingerprint256,
    subject,
    issuer,
    notAfter,
  }));
}

/** The certificates that the endpoint itself sent, each once, by fingerprint. */
export function leavesOf(observations: readonly ReportObservation[]): CertificateFacts[] {
  const leaves = new Map<string, CertificateFacts>();
  for (const { evidence } of observations) {
    const leaf = ownLeaf(evidence);
    if (leaf !== undefined) leaves.set(leaf.fingerprint256, leaf);
  }
  return [...leaves.values()].sort((a, b) => (a.fingerprint256 < b.fingerprint256 ? -1 : 1));
}
