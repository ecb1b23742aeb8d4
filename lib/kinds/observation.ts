/** What a probe saw, phase by phase, without any judgement: the union of all kinds' observations. */
import * as z from 'zod';
import type { Kind } from '../model/vocabulary.ts';
import { DnsObservation } from './dns/observation.ts';
import { HttpObservation } from './http/observation.ts';
import { ListenerObservation } from './listener/observation.ts';
import { MxObservation } from './mx/observation.ts';
import { NtpObservation } from './ntp/observation.ts';
import { QuicObservation } from './quic/observation.ts';
import { SmtpObservation } from './smtp/observation.ts';
import { SshObservation } from './ssh/observation.ts';
import { TcpObservation } from './tcp/observation.ts';
import { TlsObservation } from './tls/observation.ts';

/** One line a kind. */
export const observationSchemas = {
  dns: DnsObservation,
  tcp: TcpObservation,
  tls: TlsObservation,
  http: HttpObservation,
  https: HttpObservation,
  smtp: SmtpObservation,
  smtps: SmtpObservation,
  mx: MxObservation,
  ssh: SshObservation,
  ntp: NtpObservation,
  quic: QuicObservation,
  listener: ListenerObservation,
} as const satisfies { readonly [K in Kind]: z.ZodObject };

export const Observation = z.discriminatedUnion('kind', [
  DnsObservation,
  TcpObservation,
  TlsObservation,
  HttpObservation,
  SmtpObservation,
  MxObservation,
  SshObservation,
  NtpObservation,
  QuicObservation,
  ListenerObservation,
]);
export type Observation = z.infer<typeof Observation>;

type SeenAs<O, K> = O extends { kind: infer Own } ? (K extends Own ? O : never) : never;
/** The observation of each kind. */
export type ObservationOf = { readonly [K in Kind]: SeenAs<Observation, K> };
