import { connectFacts, firstBytesFacts } from '../connection/connection-facts.ts';
import { handshakeWords } from '../connection/outcome-words.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { ListenerObservation, ListenerResult } from './observation.ts';

export const listenerFacts = ({ connect, tls, listener }: EvidenceOf<ListenerObservation>): Fact[] => [
  ...connectFacts(connect),
  ...fact('TLS handshake', tls && handshakeWords(tls.handshake)),
  ...fact('TLS version', tls?.protocol),
  ...(listener === undefined ? [] : resultFacts(listener)),
];

const resultFacts = ({ speech, status, destination, source, listenerTime, read }: ListenerResult): Fact[] => [
  ...fact('Asked as', SPEECHES[speech]),
  ...fact('Proof', PROOFS[status]),
  ...fact('Destination at the other end', destination),
  ...fact('Source at the other end', source),
  ...fact('Clock at the other end', listenerTime === undefined ? undefined : clockWords(listenerTime)),
  ...(destination === undefined ? firstBytesFacts(read) : []),
];

const SPEECHES = {
  http: 'HTTP',
  https: 'HTTPS',
  smtp: 'SMTP',
  smtps: 'SMTP in TLS',
  line: 'a line of text',
} as const satisfies Record<ListenerResult['speech'], string>;

const PROOFS = {
  proven: 'right: made with the code for this connection',
  'other-session': 'right, but made in another TLS session',
  'wrong-proof': 'wrong: made for another connection, or with another code',
  'no-proof': 'none in the answer',
  unverified: 'not looked at: no code was given',
} as const satisfies Record<ListenerResult['status'], string>;

/** Twelve digits of seconds are within what Date can hold; a report of another version may have more. */
function clockWords(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
