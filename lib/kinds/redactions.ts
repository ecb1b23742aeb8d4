/** What the evidence of an observation says about people, and the evidence without it, whatever the kind. */
import type { Kind } from '../model/vocabulary.ts';
import type { EvidenceOf } from './contract/evidence.ts';
import { noPersonalData, type Redaction } from './contract/redaction.ts';
import type { Evidence } from './evidence.ts';
import { mxRedaction } from './mx/redaction.ts';
import type { ObservationOf } from './observation.ts';
import { smtpRedaction } from './smtp/redaction.ts';

/** One line a kind. */
const redactions: { readonly [K in Kind]: Redaction<EvidenceOf<ObservationOf[K]>> } = {
  dns: noPersonalData,
  tcp: noPersonalData,
  tls: noPersonalData,
  http: noPersonalData,
  https: noPersonalData,
  smtp: smtpRedaction,
  smtps: smtpRedaction,
  mx: mxRedaction,
  ssh: noPersonalData,
  ntp: noPersonalData,
  quic: noPersonalData,
  listener: noPersonalData,
};

/** The registry's type makes sure that the functions are the kind's own. */
const of = (evidence: Evidence): Redaction<Evidence> =>
  evidence.kind === undefined ? noPersonalData : (redactions[evidence.kind] as Redaction<Evidence>);

/** `named`: addresses of people; `ours`: addresses that belong to no person; `said`: the peer's text to those people. */
export function peopleOf(evidence: Evidence): Record<'named' | 'ours' | 'said', string[]> {
  const own = of(evidence);
  return { named: own.named(evidence), ours: own.ours(evidence), said: own.said(evidence) };
}

/** Of the parts that the kind reads; the exchange and unread parts stay as they are. */
export const withoutPeople = (evidence: Evidence, erase: (text: string) => string, mark: string): Evidence =>
  of(evidence).without(evidence, erase, mark);
