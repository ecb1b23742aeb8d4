import type { Timings } from '../../model/observed.ts';
import { seconds } from '../../model/units.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Measurements, type MetricSample, plainMeasurements } from '../contract/measurements.ts';
import type { HttpObservation, HttpResult } from './observation.ts';

/** Gauges with their help texts, named as in prometheus/blackbox_exporter, with its units. */
export const httpFamilies = {
  probe_http_status_code: 'HTTP status code of the final response.',
  probe_http_version: 'HTTP version of the final response.',
  probe_http_redirects: 'Number of redirects followed.',
  probe_http_ssl: '1 if TLS was used for the final response.',
  probe_http_duration_seconds:
    'Duration of the HTTP requests by phase, summed over redirects: resolve, connect, tls, processing (to the first byte), transfer (the rest).',
  probe_http_uncompressed_body_length: 'Length of the decoded body in bytes, as far as it was read.',
} as const;

export const httpMeasurements: Measurements<EvidenceOf<HttpObservation>, keyof typeof httpFamilies> = {
  ...plainMeasurements,
  sessions: ({ http }) =>
    (http?.hops ?? []).flatMap(({ url, tls }) => (tls === undefined ? [] : [{ where: url, tls }])),
  /** From the host that was asked, not from one that it redirects to. */
  ownSession: ({ http }) => http?.hops[0]?.tls,
  lastSession: ({ http }) => http?.hops.at(-1)?.tls,
  httpStatus: ({ http }) => http?.hops.at(-1)?.statusCode,
  steps: ({ http }) => (http?.hops ?? []).map(({ timings }) => timings),
  likeness: ({ http }) => http?.hops.map(({ url, statusCode, outcome }) => [url, statusCode, outcome.status]),
  metrics: ({ http }, { dns = 0 }) => (http === undefined ? [] : httpMetrics(http, dns)),
};

/** @param lookup ms of the look-up of the first host, which belongs to the observation and not to its first hop */
function httpMetrics(http: HttpResult, lookup: number): MetricSample<keyof typeof httpFamilies>[] {
  const last = http.hops.at(-1);
  if (last === undefined) return [];
  return [
    { name: 'probe_http_status_code', value: last.statusCode },
    { name: 'probe_http_version', value: Number(last.httpVersion ?? Number.NaN) },
    { name: 'probe_http_redirects', value: http.hops.length - 1 },
    { name: 'probe_http_ssl', value: Number(last.tls !== undefined) },
    { name: 'probe_http_uncompressed_body_length', value: http.bodyBytes },
    ...phasesOf(http.hops, lookup).map(([phase, value]) => ({
      name: 'probe_http_duration_seconds' as const,
      labels: { phase },
      value: seconds(value),
    })),
  ];
}

function phasesOf(
  hops: readonly { readonly timings: Timings }[],
  lookup: number,
): [phase: string, milliseconds: number][] {
  const phases = { resolve: lookup, connect: 0, tls: 0, processing: 0, transfer: 0 };
  for (const { timings } of hops) {
    const { dns = 0, connect = 0, tls = 0, firstByte = 0, total } = timings;
    phases.resolve += dns;
    phases.connect += connect;
    phases.tls += tls;
    phases.processing += firstByte;
    phases.transfer += Math.max(0, total - dns - connect - tls - firstByte);
  }
  return Object.entries(phases);
}
