/** What history, metrics, diff and the pictures of a report take from the evidence of a kind. */
import type { Timings } from '../../model/observed.ts';
import type { TlsResult } from './tls-result.ts';

/** A TLS session and where it was made, in words or as a URL. */
export interface LocatedSession {
  readonly where: string;
  readonly tls: TlsResult;
}

/** One sample of a gauge. Without a value there is no sample. */
export interface MetricSample<Name extends string> {
  readonly name: Name;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number | undefined;
}

/** `Name`: names of the kind's own gauges. */
export interface Measurements<E, Name extends string> {
  /** Every TLS session, in the order in which they were made. */
  sessions(evidence: E): LocatedSession[];
  /** The session with the endpoint itself, whose certificate is followed from run to run. */
  ownSession(evidence: E): TlsResult | undefined;
  /** The session that carried the last answer, whose chain is in the metrics. */
  lastSession(evidence: E): TlsResult | undefined;
  /** Status code of the last answer. */
  httpStatus(evidence: E): number | undefined;
  /** Times of steps that follow one another; empty: there are only the observation's own times. */
  steps(evidence: E): Timings[];
  /** Plain data that is equal for two observations which a reader considers the same. */
  likeness(evidence: E): unknown;
  /** Samples of the kind's own gauges (see metric-families.ts). `timings` are those of the observation. */
  metrics(evidence: E, timings: Timings): MetricSample<Name>[];
}

/** For a kind that carries no TLS and is measured only by its times; other kinds replace some of it. */
export const plainMeasurements: Measurements<unknown, never> = {
  sessions: () => [],
  ownSession: () => undefined,
  lastSession: () => undefined,
  httpStatus: () => undefined,
  steps: () => [],
  likeness: () => undefined,
  metrics: () => [],
};
