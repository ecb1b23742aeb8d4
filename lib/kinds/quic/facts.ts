import { connectFacts } from '../connection/connection-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { QuicObservation } from './observation.ts';

export const quicFacts = ({ connect, quic }: EvidenceOf<QuicObservation>): Fact[] => [
  ...connectFacts(connect),
  ...fact('QUIC', quic?.status),
  ...fact('QUIC versions', quic?.versions.join(', ')),
  ...fact('First bytes', quic?.firstBytes),
];
