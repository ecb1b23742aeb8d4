import { connectFacts, firstBytesFacts, proxyHeaderFacts } from '../connection/connection-facts.ts';
import { endWords } from '../connection/outcome-words.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { SshObservation } from './observation.ts';

export const sshFacts = ({ connect, ssh }: EvidenceOf<SshObservation>): Fact[] => [
  ...connectFacts(connect),
  ...fact('Identification', ssh?.identification),
  ...(ssh?.identification === undefined ? firstBytesFacts(ssh?.read) : []),
  ...proxyHeaderFacts(ssh?.proxyHeader),
  ...fact('After the identification', ssh?.after && (ssh.after.text || endWords(ssh.after.end))),
];
