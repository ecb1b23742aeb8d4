import type { HttpResult, TlsResult } from '../model/observation.ts';
import type { EndpointReport, ReportObservation, ReportTail } from '../model/report.ts';
import { State } from '../model/vocabulary.ts';
import { readEvidence } from './evidence.ts';
import { createExposition, type Exposition, type Labels, labels, seconds } from './prometheus/exposition.ts';
import { FAMILIES } from './prometheus/families.ts';
import type { ReportFormat } from './reporter.ts';
import { lastAttempts, VERDICTS } from './words.ts';

type Metrics = Exposition<typeof FAMILIES>;

/** `TLSv1.3` is `TLS 1.3` to blackbox_exporter. */
const tlsVersion = (protocol: string): string =>
  protocol.replace(/^TLSv(1)$/, 'TLS 1.0').replace(/^TLSv/, 'TLS ');
const unixTime = (iso: string): number => Date.parse(iso) / 1000;
const flag = (value: boolean): number => (value ? 1 : 0);

function setTls(metrics: Metrics, of: Labels, tls: TlsResult): void {
  const chain = tls.chain ?? [];
  const leaf = chain[0];
  if (leaf) {
    const expiries = chain.map(({ notAfter }) => unixTime(notAfter)).filter(Number.isFinite);
    metrics.set('probe_ssl_earliest_cert_expiry', of, Math.min(...expiries));
    const facts = {
      fingerprint_sha256: leaf.fingerprint256,
      subject: leaf.subject,
      issuer: leaf.issuer,
      subjectalternative: leaf.altNames.map((name) => name.replace(/^(DNS|IP):/, '')).join(','),
      serialnumber: leaf.serial,
    };
    metrics.set('probe_ssl_last_chain_info', labels(facts, of), 1);
  }
  if (tls.protocol)
    metrics.set('probe_tls_version_info', labels({ version: tlsVersion(tls.protocol) }, of), 1);
  if (tls.cipher) metrics.set('probe_tls_cipher_info', labels({ cipher: tls.cipher }, of), 1);
  if (tls.oldestProtocol)
    metrics.set(
      'inbound_check_tls_oldest_version_info',
      labels({ version: tlsVersion(tls.oldestProtocol) }, of),
      1,
    );
}

function setHttp(metrics: Metrics, of: Labels, http: HttpResult, lookup: number): void {
  const last = http.hops.at(-1);
  if (last === undefined) return;
  metrics.set('probe_http_status_code', of, last.statusCode);
  metrics.set('probe_http_version', of, Number(last.httpVersion ?? Number.NaN));
  metrics.set('probe_http_redirects', of, http.hops.length - 1);
  metrics.set('probe_http_ssl', of, flag(last.tls !== undefined));
  metrics.set('probe_http_uncompressed_body_length', of, http.bodyBytes);
  const phases = { resolve: lookup, connect: 0, tls: 0, processing: 0, transfer: 0 };
  for (const { timings } of http.hops) {
    const { dns = 0, connect = 0, tls = 0, firstByte = 0, total } = timings;
    phases.resolve += dns;
    phases.connect += connect;
    phases.tls += tls;
    phases.processing += firstByte;
    phases.transfer += Math.max(0, total - dns - connect - tls - firstByte);
  }
  for (const [phase, value] of Object.entries(phases))
    metrics.set('probe_http_duration_seconds', labels({ phase }, of), seconds(value));
}

function setObservation(metrics: Metrics, endpoint: Labels, observation: ReportObservation): void {
  const of = labels({ vantage: observation.vantage, address: observation.address }, endpoint);
  const { dns, connect, tls, firstByte, total } = observation.timings;
  metrics.set('probe_duration_seconds', of, seconds(total));
  if (dns !== undefined) metrics.set('probe_dns_lookup_time_seconds', of, seconds(dns));
  metrics.set('probe_ip_protocol', of, observation.family);
  for (const state of State.options)
    metrics.set('inbound_check_state', labels({ state }, of), flag(observation.state === state));
  if (connect !== undefined) metrics.set('inbound_check_connect_seconds', of, seconds(connect));
  if (tls !== undefined) metrics.set('inbound_check_tls_seconds', of, seconds(tls));
  if (firstByte !== undefined) metrics.set('inbound_check_first_byte_seconds', of, seconds(firstByte));

  const evidence = readEvidence(observation.evidence);
  if (evidence.http) setHttp(metrics, of, evidence.http, dns ?? 0);
  const handshake = evidence.tls ?? evidence.smtp?.tls ?? evidence.http?.hops.at(-1)?.tls;
  if (handshake) setTls(metrics, of, handshake);
  if (evidence.smtp?.bannerMs !== undefined)
    metrics.set('inbound_check_smtp_banner_seconds', of, seconds(evidence.smtp.bannerMs));
  if (evidence.smtp?.starttlsOffered !== undefined)
    metrics.set('inbound_check_smtp_starttls', of, flag(evidence.smtp.starttlsOffered));
  if (evidence.ntp?.status === 'answered') {
    metrics.set('inbound_check_ntp_offset_seconds', of, seconds(evidence.ntp.offsetMs));
    metrics.set('inbound_check_ntp_stratum', of, evidence.ntp.stratum);
  }
}

function setEndpoint(metrics: Metrics, report: EndpointReport): void {
  const { target, id, kind, host, port, expect, level, verdict } = report;
  // Kind, host and port stand once, to be joined on: some sixty samples of an endpoint stay shorter for it.
  const of = labels({ target, endpoint: id });
  metrics.set('inbound_check_endpoint_info', labels({ kind, host, port, expect, level }, of), 1);
  // A failure of ours must not look like a failure of the target's: no sample rather than a 0.
  if (verdict !== 'inconclusive') metrics.set('probe_success', of, flag(verdict !== 'fail'));
  for (const each of VERDICTS)
    metrics.set('inbound_check_verdict', labels({ verdict: each }, of), flag(verdict === each));
  const causes = new Set([...(report.cause ? [report.cause] : []), ...(report.alsoFound ?? [])]);
  for (const [rank, cause] of [...causes].entries())
    metrics.set(
      'inbound_check_cause_info',
      labels({ cause, side: rank === 0 ? report.side : undefined, rank }, of),
      1,
    );
  metrics.set('inbound_check_flapped', of, flag(report.flapped === true));
  for (const observation of lastAttempts(report.observations)) setObservation(metrics, of, observation);
}

function setRun(metrics: Metrics, tail: ReportTail): void {
  const of = labels({ profile: tail.profile });
  for (const each of VERDICTS) {
    metrics.set('inbound_check_run_verdict', labels({ verdict: each }, of), flag(tail.verdict === each));
    metrics.set('inbound_check_run_endpoints', labels({ verdict: each }, of), tail.counts[each]);
  }
  metrics.set('inbound_check_run_partial', of, flag(tail.partial === true));
  metrics.set('inbound_check_run_start_time_seconds', of, unixTime(tail.startedAt));
  metrics.set('inbound_check_run_end_time_seconds', of, unixTime(tail.finishedAt));
  for (const { id, controls, negativeControl } of tail.vantages) {
    for (const { port, family, target, ok } of controls)
      metrics.set(
        'inbound_check_control_ok',
        labels({ vantage: id, port, family, control: target }),
        flag(ok),
      );
    if (negativeControl)
      metrics.set(
        'inbound_check_negative_control_clean',
        labels({ vantage: id, address: negativeControl.address }),
        flag(negativeControl.clean),
      );
  }
}

/**
 * Text exposition 0.0.4, for the textfile collector or a push gateway. Samples of a family must stand together, so
 * the text is made at the end; until then only numbers and labels are kept, not the endpoints.
 */
export const prometheus: ReportFormat = {
  id: 'prometheus',
  extension: 'prom',
  mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  streams: false,
  open() {
    const metrics = createExposition(FAMILIES);
    return {
      begin: () => '',
      endpoint(report) {
        setEndpoint(metrics, report);
        return '';
      },
      end(tail) {
        setRun(metrics, tail);
        return metrics.text();
      },
    };
  },
};
