import { connectFacts, firstBytesFacts } from '../connection/connection-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import type { Fact } from '../contract/fact.ts';
import type { TcpObservation } from './observation.ts';

export const tcpFacts = ({ connect, read }: EvidenceOf<TcpObservation>): Fact[] => [
  ...connectFacts(connect),
  ...firstBytesFacts(read),
];
