import type { EvidenceOf } from '../contract/evidence.ts';
import { type Measurements, plainMeasurements } from '../contract/measurements.ts';
import type { TlsObservation } from './observation.ts';

export const tlsMeasurements: Measurements<EvidenceOf<TlsObservation>, never> = {
  ...plainMeasurements,
  sessions: ({ tls }) => (tls === undefined ? [] : [{ where: 'TLS', tls }]),
  ownSession: ({ tls }) => tls,
  lastSession: ({ tls }) => tls,
};
