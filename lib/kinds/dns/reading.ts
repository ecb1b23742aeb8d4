import { isDnsAnswer } from '../../net/dns-codes.ts';
import { lookUpDependsOnTime } from '../../net/look-up.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { DnsObservation } from './observation.ts';

export const dnsReading: ObservationReading<DnsObservation> = {
  peerAnswered: ({ dns }) => dns.answers.some(({ code }) => code === 'NOERROR'),
  tls: () => undefined,
  dialled: () => [],
  silences: () => [],
  wasSilent: ({ dns }) => dns.answers.some(({ code }) => !isDnsAnswer(code) && code !== 'DEADLINE'),
  restsOnConnect: () => false,
  mayRepeat: () => true,
  restsOnTime: ({ dns }) => lookUpDependsOnTime(dns),
  marks: () => [],
  unmeasured: (common) => ({
    kind: 'dns',
    ...common,
    dns: { name: common.host, servers: [], answers: [], cnames: [], addresses: [] },
  }),
};
