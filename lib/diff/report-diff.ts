import type { CertificateFacts } from '../model/observation.ts';
import type { EndpointReport, Report } from '../model/report.ts';
import { readEvidence } from '../report/evidence.ts';

/** One thing that differs between two reports of the same endpoints. */
export interface Difference {
  /** Id of the endpoint. */
  readonly endpoint: string;
  readonly what: 'added' | 'removed' | 'verdict' | 'cause' | 'certificate' | 'address';
  /** Values before and after; absent where there was or is none. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * What changed from one report to the next: endpoints that came or went, verdicts and causes, certificates (told
 * apart by their fingerprint) and the addresses of names. Times and evidence differ in every run and don't count.
 */
export function diffReports(before: Report, after: Report): Difference[] {
  const old = new Map(before.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const differences: Difference[] = [];
  for (const endpoint of after.endpoints) {
    const previous = old.get(endpoint.id);
    old.delete(endpoint.id);
    differences.push(
      ...(previous
        ? diffEndpoints(previous, endpoint)
        : [{ endpoint: endpoint.id, what: 'added' as const, after: outcome(endpoint) }]),
    );
  }
  for (const gone of old.values())
    differences.push({ endpoint: gone.id, what: 'removed', before: outcome(gone) });
  return differences;
}

function diffEndpoints(before: EndpointReport, after: EndpointReport): Difference[] {
  const differences: Difference[] = [];
  const compare = (what: Difference['what'], old: string, now: string): void => {
    if (old === now) return;
    differences.push({
      endpoint: after.id,
      what,
      ...(old !== '' && { before: old }),
      ...(now !== '' && { after: now }),
    });
  };
  compare('verdict', before.verdict, after.verdict);
  compare('cause', causesOf(before), causesOf(after));
  const [oldLeaf, newLeaf] = [leafCertificates(before), leafCertificates(after)];
  // A certificate that could not be seen, as when the port was shut, is no other certificate.
  if (oldLeaf !== '' && newLeaf !== '') compare('certificate', oldLeaf, newLeaf);
  compare('address', addressesOf(before), addressesOf(after));
  return differences;
}

const outcome = ({ verdict, cause }: EndpointReport): string =>
  cause === undefined ? verdict : `${verdict} (${cause})`;

const causesOf = ({ cause, alsoFound = [] }: EndpointReport): string =>
  [cause, ...[...alsoFound].sort()].filter((code) => code !== undefined).join(', ');

function addressesOf({ observations }: EndpointReport): string {
  const addresses = new Set(observations.map(({ address }) => address).filter((address) => address !== ''));
  return [...addresses].sort().join(', ');
}

/** Leaf certificates that the endpoint's last attempts saw, each once: its fingerprint's start and last day. */
function leafCertificates({ observations }: EndpointReport): string {
  const leaves = new Map<string, string>();
  for (const { evidence } of observations) {
    const leaf = leafOf(evidence);
    if (leaf)
      leaves.set(
        leaf.fingerprint256,
        `sha256:${leaf.fingerprint256.slice(0, 16)}… from ${leaf.issuer}, until ${leaf.notAfter}`,
      );
  }
  return [...leaves.values()].sort().join('; ');
}

/** For http(s) the certificate of the host that was asked, not of one that it redirects to. */
function leafOf(evidence: Record<string, unknown>): CertificateFacts | undefined {
  const { tls, http, smtp } = readEvidence(evidence);
  return (tls ?? smtp?.tls ?? http?.hops[0]?.tls)?.chain?.[0];
}
