import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';

/** Faults of a time server. */
export const ntpCauses: Readonly<Record<Extract<CauseCode, `ntp.${string}`>, Cause>> = {
  'ntp.no-answer': {
    code: 'ntp.no-answer',
    side: 'network',
    severity: 'fail',
    summary: 'The time server did not answer.',
    proof:
      'One client packet (mode 3) was sent over UDP. Silence is dropped packets, a dead host or a server that ignores this ' +
      'source; UDP cannot tell them apart, so it counts only while a control on the same port answers. ICMP port-unreachable ' +
      '(ECONNREFUSED) says that the host is there and no time service listens. A kiss-of-death (stratum 0) says that the ' +
      'server is alive and refuses this client.',
    next:
      'Let UDP 123 out and the answers back in, see that the name still belongs to a public time server, and on the server ' +
      'check its access rules (restrict, allow). After a kiss-of-death of RATE: ask less often.',
    references: ["RFC 5905 §7.3 and §7.4 (kiss-o'-death)"],
  },
  'ntp.not-ntp': {
    code: 'ntp.not-ntp',
    side: 'service',
    severity: 'fail',
    summary: 'Something answers on this port, but not with an answer to the NTP request.',
    proof:
      'The datagram that came back is shorter than 48 bytes, is not of mode 4 (server), or does not repeat the transmit ' +
      'timestamp of our request, which a forged or stray answer cannot know.',
    next: 'See which program is behind UDP 123, and whether a device on the way answers in its place.',
    references: ['RFC 5905 §7.3 and §8 (origin timestamp check)', 'RFC 5905 §15'],
  },
};
