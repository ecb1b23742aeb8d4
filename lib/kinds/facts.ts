/** What an observation saw, as short "label: value" lines in the words of the people who read reports. */
import type { Kind } from '../model/vocabulary.ts';
import { connectFacts } from './connection/connection-facts.ts';
import { helloFacts } from './connection/hello-facts.ts';
import { kernelFacts } from './connection/kernel-facts.ts';
import type { EvidenceOf } from './contract/evidence.ts';
import type { Fact } from './contract/fact.ts';
import { dnsFacts } from './dns/facts.ts';
import type { Evidence, KnownEvidence } from './evidence.ts';
import { httpFacts } from './http/facts.ts';
import { listenerFacts } from './listener/facts.ts';
import { mxFacts } from './mx/facts.ts';
import { ntpFacts } from './ntp/facts.ts';
import type { ObservationOf } from './observation.ts';
import { quicFacts } from './quic/facts.ts';
import { smtpFacts } from './smtp/facts.ts';
import { sshFacts } from './ssh/facts.ts';
import { tcpFacts } from './tcp/facts.ts';
import { tlsKindFacts } from './tls/facts.ts';

/** One line a kind. */
const facts: { readonly [K in Kind]: (evidence: EvidenceOf<ObservationOf[K]>) => Fact[] } = {
  dns: dnsFacts,
  tcp: tcpFacts,
  tls: tlsKindFacts,
  http: httpFacts,
  https: httpFacts,
  smtp: smtpFacts,
  smtps: smtpFacts,
  mx: mxFacts,
  ssh: sshFacts,
  ntp: ntpFacts,
  quic: quicFacts,
  listener: listenerFacts,
};

/** Characters shown of a part that can't be read. */
const UNREAD_LIMIT = 1_000;

/** Facts in the order in which a reader needs them; what this version can't read comes last, as JSON. */
export function factsOf(evidence: Evidence): Fact[] {
  const own = evidence.kind === undefined ? connectFacts(evidence.connect) : factsOfKind(evidence);
  const unread = Object.entries(evidence.unread ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => ({ label: name, value: JSON.stringify(value).slice(0, UNREAD_LIMIT) }));
  const known =
    evidence.kind === undefined ? [] : [...helloFacts(evidence.hello), ...kernelFacts(evidence.kernel)];
  return [...own, ...known, ...unread];
}

/** The registry's type makes sure that the function is the kind's own. */
const factsOfKind = (evidence: KnownEvidence): Fact[] =>
  (facts[evidence.kind] as (evidence: KnownEvidence) => Fact[])(evidence);
