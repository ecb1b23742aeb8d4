import { connectFacts } from '../connection/connection-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { NtpObservation } from './observation.ts';

export const ntpFacts = ({ connect, ntp }: EvidenceOf<NtpObservation>): Fact[] => [
  ...connectFacts(connect),
  ...fact(
    'NTP',
    ntp &&
      `${ntp.status}, stratum ${ntp.stratum}, reference ${ntp.referenceId}${ntp.leap === 3 ? ', leap 3 (not synchronised)' : ''}`,
  ),
  ...fact('Clock offset', ntp && `${ntp.offsetMs} ms`),
];
