import type { Kind } from '../model/vocabulary.ts';
import type { ObservationReading } from './contract/reading.ts';
import { dnsReading } from './dns/reading.ts';
import { httpReading, httpsReading } from './http/reading.ts';
import { listenerReading } from './listener/reading.ts';
import { mxReading } from './mx/reading.ts';
import { ntpReading } from './ntp/reading.ts';
import type { Observation, ObservationOf } from './observation.ts';
import { quicReading } from './quic/reading.ts';
import { smtpReading, smtpsReading } from './smtp/reading.ts';
import { sshReading } from './ssh/reading.ts';
import { tcpReading } from './tcp/reading.ts';
import { tlsReading } from './tls/reading.ts';

/** One line a kind. */
export const readings: { readonly [K in Kind]: ObservationReading<ObservationOf[K]> } = {
  dns: dnsReading,
  tcp: tcpReading,
  tls: tlsReading,
  http: httpReading,
  https: httpsReading,
  smtp: smtpReading,
  smtps: smtpsReading,
  mx: mxReading,
  ssh: sshReading,
  ntp: ntpReading,
  quic: quicReading,
  listener: listenerReading,
};

/** The reading for the observation's kind; the registry's type makes sure that they belong together. */
export const readingFor = (kind: Kind): ObservationReading<Observation> =>
  readings[kind] as ObservationReading<Observation>;
