import type { MetricSample } from '../contract/measurements.ts';
import type { TlsResult } from '../contract/tls-result.ts';

/** Gauges of TLS sessions with their help texts. `probe_*` are named as in prometheus/blackbox_exporter. */
export const tlsFamilies = {
  probe_ssl_earliest_cert_expiry: 'Earliest expiry in the chain that was sent, in Unix time.',
  probe_ssl_last_chain_info: 'Leaf certificate: 1, with its facts as labels.',
  probe_tls_version_info: 'TLS version in use: 1, with the version as a label.',
  probe_tls_cipher_info: 'TLS cipher in use: 1, with the cipher as a label.',
  inbound_check_tls_oldest_version_info: 'Oldest TLS version that the server accepts: 1, with the version.',
} as const;
type Name = keyof typeof tlsFamilies;

/** `TLSv1.3` is `TLS 1.3` to blackbox_exporter. */
const tlsVersion = (protocol: string): string =>
  protocol.replace(/^TLSv(1)$/, 'TLS 1.0').replace(/^TLSv/, 'TLS ');
const unixTime = (iso: string): number => Date.parse(iso) / 1000;

export function tlsMetrics({
  chain = [],
  protocol,
  cipher,
  oldestProtocol,
}: TlsResult): MetricSample<Name>[] {
  const info = (name: Name, label: string, value: string | undefined): MetricSample<Name>[] =>
    value ? [{ name, labels: { [label]: value }, value: 1 }] : [];
  return [
    ...chainMetrics(chain),
    ...info('probe_tls_version_info', 'version', protocol && tlsVersion(protocol)),
    ...info('probe_tls_cipher_info', 'cipher', cipher),
    ...info('inbound_check_tls_oldest_version_info', 'version', oldestProtocol && tlsVersion(oldestProtocol)),
  ];
}

function chainMetrics(chain: NonNullable<TlsResult['chain']>): MetricSample<Name>[] {
  const leaf = chain[0];
  if (leaf === undefined) return [];
  const expiries = chain.map(({ notAfter }) => unixTime(notAfter)).filter(Number.isFinite);
  const labels = {
    fingerprint_sha256: leaf.fingerprint256,
    subject: leaf.subject,
    issuer: leaf.issuer,
    subjectalternative: leaf.altNames.map((name) => name.replace(/^(DNS|IP):/, '')).join(','),
    serialnumber: leaf.serial,
  };
  return [
    { name: 'probe_ssl_earliest_cert_expiry', value: Math.min(...expiries) },
    { name: 'probe_ssl_last_chain_info', labels, value: 1 },
  ];
}
