/** What history, metrics, diff and the pictures of a report take from an observation, whatever its kind. */
import type { KernelEvidence } from '../model/kernel-evidence.ts';
import type { Timings } from '../model/observed.ts';
import type { Kind } from '../model/vocabulary.ts';
import type { CertificateFacts } from '../x509/facts.ts';
import { tlsMetrics } from './connection/tls-metrics.ts';
import type { EvidenceOf } from './contract/evidence.ts';
import {
  type LocatedSession,
  type Measurements,
  type MetricSample,
  plainMeasurements,
} from './contract/measurements.ts';
import type { TlsResult } from './contract/tls-result.ts';
import type { Evidence } from './evidence.ts';
import { httpMeasurements } from './http/measurements.ts';
import { listenerMeasurements } from './listener/measurements.ts';
import type { kindFamilies } from './metric-families.ts';
import { mxMeasurements } from './mx/measurements.ts';
import { ntpMeasurements } from './ntp/measurements.ts';
import type { ObservationOf } from './observation.ts';
import { smtpMeasurements } from './smtp/measurements.ts';
import { tlsMeasurements } from './tls/measurements.ts';

type Gauge = keyof typeof kindFamilies;

/** One line a kind. */
const measurements: { readonly [K in Kind]: Measurements<EvidenceOf<ObservationOf[K]>, Gauge> } = {
  dns: plainMeasurements,
  tcp: plainMeasurements,
  tls: tlsMeasurements,
  http: httpMeasurements,
  https: httpMeasurements,
  smtp: smtpMeasurements,
  smtps: smtpMeasurements,
  mx: mxMeasurements,
  ssh: plainMeasurements,
  ntp: ntpMeasurements,
  quic: plainMeasurements,
  listener: listenerMeasurements,
};

/** The registry's type makes sure that the functions are the kind's own. */
const of = (evidence: Evidence): Measurements<Evidence, Gauge> =>
  evidence.kind === undefined
    ? plainMeasurements
    : (measurements[evidence.kind] as Measurements<Evidence, Gauge>);

/** A certificate chain as the server sent it, and where it was found. */
export interface SentChain extends LocatedSession {
  readonly certificates: readonly CertificateFacts[];
}

/** The chains that were sent; the same leaf found twice on a redirect chain is listed once. */
export function sentChains(evidence: Evidence): SentChain[] {
  const seen = new Set<string>();
  const chains: SentChain[] = [];
  for (const { where, tls } of of(evidence).sessions(evidence)) {
    const certificates = tls.chain ?? [];
    const leaf = certificates[0];
    if (leaf === undefined || seen.has(leaf.fingerprint256)) continue;
    seen.add(leaf.fingerprint256);
    chains.push({ where, tls, certificates });
  }
  return chains;
}

/** The handshake of the endpoint itself: for http(s) that of the host that was asked. */
export const ownTls = (evidence: Evidence): TlsResult | undefined => of(evidence).ownSession(evidence);

/** The certificate that the endpoint itself sent. */
export const ownLeaf = (evidence: Evidence): CertificateFacts | undefined => ownTls(evidence)?.chain?.[0];

/** Ends of validity in the chain of the last answer, ISO 8601 UTC. */
export const expiriesOf = (evidence: Evidence): string[] =>
  (of(evidence).lastSession(evidence)?.chain ?? [])
    .map(({ notAfter }) => notAfter)
    .filter((at) => !Number.isNaN(Date.parse(at)));

export const httpStatusOf = (evidence: Evidence): number | undefined => of(evidence).httpStatus(evidence);

export const stepsOf = (evidence: Evidence): Timings[] => of(evidence).steps(evidence);

/** Equal for two observations that differ, for a reader, only in times and source. */
export const comparableParts = (evidence: Evidence): unknown => [
  of(evidence).likeness(evidence),
  sentChains(evidence).map(({ certificates }) => certificates[0]?.fingerprint256),
  'connect' in evidence ? evidence.connect : undefined,
  evidence.kind === undefined ? undefined : kernelLikeness(evidence.kernel),
  evidence.kind === undefined ? undefined : evidence.hello,
];

/** Without what is another number in each attempt. */
const kernelLikeness = (kernel: KernelEvidence | undefined): unknown =>
  kernel && {
    icmp: kernel.icmp,
    reset: kernel.reset,
    segments: kernel.segments,
    stream: kernel.stream && [kernel.stream.sentBytes, kernel.stream.ackedBytes, kernel.stream.receivedBytes],
    last: kernel.trace?.last,
  };

export function metricsOf(evidence: Evidence, timings: Timings): MetricSample<Gauge>[] {
  const own = of(evidence);
  const session = own.lastSession(evidence);
  return [...own.metrics(evidence, timings), ...(session === undefined ? [] : tlsMetrics(session))];
}
