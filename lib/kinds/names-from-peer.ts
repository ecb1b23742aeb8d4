/** The names that an observation used in addition to the endpoint's own: targets of redirects, exchanges of a mail domain. */
import type { Kind } from '../model/vocabulary.ts';
import type { EvidenceOf } from './contract/evidence.ts';
import type { NamedPort } from './contract/named-port.ts';
import type { Evidence } from './evidence.ts';
import { httpNames } from './http/names-from-peer.ts';
import { mxNames } from './mx/names-from-peer.ts';
import type { ObservationOf } from './observation.ts';
import { smtpNames } from './smtp/names-from-peer.ts';

export type { NamedPort } from './contract/named-port.ts';

const none = (): NamedPort[] => [];

/** One line a kind. */
const names: { readonly [K in Kind]: (evidence: EvidenceOf<ObservationOf[K]>) => NamedPort[] } = {
  dns: none,
  tcp: none,
  tls: none,
  http: httpNames,
  https: httpNames,
  smtp: smtpNames,
  smtps: smtpNames,
  mx: mxNames,
  ssh: none,
  ntp: none,
  quic: none,
  listener: none,
};

/** Names come from a peer; none for evidence of a kind that is not known here. The registry's type makes sure that the function is the kind's own. */
export const namesFromPeer = (evidence: Evidence): NamedPort[] =>
  evidence.kind === undefined ? [] : (names[evidence.kind] as (evidence: Evidence) => NamedPort[])(evidence);
