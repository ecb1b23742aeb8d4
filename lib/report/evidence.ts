/**
 * Reads the evidence of an observation back into its shapes. Evidence travels as plain JSON (it may come from a
 * prober of another version), so each part is parsed; a part that doesn't fit is kept and shown as raw JSON.
 */
import * as z from 'zod';
import {
  type CertificateFacts,
  ConnectResult,
  DnsResult,
  ExchangeLine,
  FirstBytes,
  HttpResult,
  NtpObservation,
  SmtpResult,
  SshObservation,
  TlsResult,
} from '../model/observation.ts';

const PARTS = {
  connect: ConnectResult,
  exchange: z.array(ExchangeLine),
  dns: DnsResult,
  read: FirstBytes,
  tls: TlsResult,
  http: HttpResult,
  smtp: SmtpResult,
  ssh: SshObservation.shape.ssh.unwrap(),
  ntp: NtpObservation.shape.ntp.unwrap(),
};
type Parts = { [K in keyof typeof PARTS]?: z.infer<(typeof PARTS)[K]> };

export interface Evidence extends Parts {
  /** Parts of no known shape, as compact JSON. */
  readonly other: readonly { readonly name: string; readonly json: string }[];
}

/** Keys that the observation itself already says. */
const REPEATED = new Set([
  'kind',
  'endpointId',
  'vantage',
  'host',
  'port',
  'address',
  'family',
  'localAddress',
  'startedAt',
  'timings',
]);
/** Characters shown of a part of no known shape. */
const OTHER_LIMIT = 1_000;

/** Never fails: what doesn't parse lands in `other`. */
export function readEvidence(evidence: Record<string, unknown>): Evidence {
  const parts: Record<string, unknown> = {};
  const other: { name: string; json: string }[] = [];
  for (const [name, value] of Object.entries(evidence)) {
    if (value === undefined || value === null || REPEATED.has(name)) continue;
    const schema: z.ZodType | undefined = Object.hasOwn(PARTS, name)
      ? PARTS[name as keyof typeof PARTS]
      : undefined;
    const result = schema?.safeParse(value);
    if (result?.success) parts[name] = result.data;
    else other.push({ name, json: JSON.stringify(value).slice(0, OTHER_LIMIT) });
  }
  return { ...(parts as Parts), other };
}

/** A certificate chain as the server sent it, and where it was met. */
export interface SentChain {
  readonly where: string;
  readonly tls: TlsResult;
  readonly certificates: readonly CertificateFacts[];
}

/** Every TLS handshake in the evidence: of the endpoint itself, of each https hop, of STARTTLS. */
export function handshakes(evidence: Evidence): { where: string; tls: TlsResult }[] {
  const found: { where: string; tls: TlsResult }[] = [];
  if (evidence.tls) found.push({ where: 'TLS', tls: evidence.tls });
  if (evidence.smtp?.tls) found.push({ where: 'SMTP over TLS', tls: evidence.smtp.tls });
  for (const hop of evidence.http?.hops ?? []) if (hop.tls) found.push({ where: hop.url, tls: hop.tls });
  return found;
}

/** The chains that were sent; the same leaf met twice on a redirect chain is listed once. */
export function sentChains(evidence: Evidence): SentChain[] {
  const seen = new Set<string>();
  const chains: SentChain[] = [];
  for (const { where, tls } of handshakes(evidence)) {
    const certificates = tls.chain ?? [];
    const leaf = certificates[0];
    if (leaf === undefined || seen.has(leaf.fingerprint256)) continue;
    seen.add(leaf.fingerprint256);
    chains.push({ where, tls, certificates });
  }
  return chains;
}
