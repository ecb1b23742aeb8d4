import { connectFacts } from '../connection/connection-facts.ts';
import { tlsFacts } from '../connection/tls-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import type { Fact } from '../contract/fact.ts';
import type { TlsObservation } from './observation.ts';

export const tlsKindFacts = ({ connect, tls }: EvidenceOf<TlsObservation>): Fact[] => [
  ...connectFacts(connect),
  ...tlsFacts(tls),
];
