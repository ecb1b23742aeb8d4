/** Which clients would connect, by what an observation saw of TLS, whatever its kind. */
import type { Kind } from '../model/vocabulary.ts';
import { type ClientAnswer, clientAnswers } from './connection/client-answers.ts';
import type { Client } from './connection/clients.ts';
import type { Evidence } from './evidence.ts';
import { ownTls } from './measurements.ts';

/** Whose clients come to an endpoint of the kind. */
const ROLES: Readonly<Record<Kind, readonly Client['role'][]>> = {
  dns: [],
  mx: [],
  tcp: [],
  tls: ['browser', 'program'],
  http: ['browser', 'program'],
  https: ['browser', 'program'],
  smtp: ['program', 'mail'],
  smtps: ['program', 'mail'],
  ssh: [],
  ntp: [],
  quic: [],
  listener: [],
};

/** Of the endpoint's own session, not of a host that it redirects to. Empty where nothing about clients was seen. */
export function answersOf(evidence: Evidence, startedAt: string): ClientAnswer[] {
  const tls = ownTls(evidence);
  if (evidence.kind === undefined || tls === undefined) return [];
  return clientAnswers(tls, ROLES[evidence.kind], Date.parse(startedAt));
}
