import type { CauseGroup } from '../contract/cause.ts';

/** Faults of a time server. */
const causes: CauseGroup<'ntp'>['causes'] = {
  'ntp.no-answer': {
    code: 'ntp.no-answer',
    summary: 'The time server did not answer.',
    proof:
      'One client packet (mode 3) was sent over UDP. Silence is dropped packets, a dead host or a server that ignores this ' +
      'source; UDP cannot tell them apart, so it counts only while a control on the same port answers. ICMP port-unreachable ' +
      '(ECONNREFUSED) says that the host is there and no time service listens. A kiss-of-death (stratum 0) says that the ' +
      'server is alive and refuses this client.',
    next:
      'Let UDP PORT out and the answers back in, see that the name still belongs to a public time server, and on the server ' +
      'check its access rules (restrict, allow). After a kiss-of-death of RATE: ask less often.',
    references: ["RFC 5905 §7.3 and §7.4 (kiss-o'-death)"],
  },
  'ntp.not-ntp': {
    code: 'ntp.not-ntp',
    summary: 'Something answers on this port, but not with an answer to the NTP request.',
    proof:
      'The datagram that came back is shorter than 48 bytes, is not of mode 4 (server), or does not repeat the transmit ' +
      'timestamp of our request, which a forged or stray answer cannot know.',
    next: 'See which program is behind UDP PORT, and whether a device on the way answers in its place.',
    references: ['RFC 5905 §7.3 and §8 (origin timestamp check)', 'RFC 5905 §15'],
  },
  'ntp.not-synchronised': {
    code: 'ntp.not-synchronised',
    summary: 'The time server answers, but has no time itself.',
    proof:
      'The answer has leap indicator 3 (alarm), stratum 16, or stratum 0 with INIT, STEP or no code. Clients must not take time from ' +
      'it (RFC 5905 §9.2). A server says so for some minutes after its start, and for as long as it reaches none of its own sources.',
    next:
      'On the server see its sources (chronyc sources, ntpq -p, w32tm /query /status): they must be reachable over UDP 123 and answer. ' +
      'Just started: check again after ten minutes.',
    references: ['RFC 5905 §7.3', 'RFC 5905 §9.2', 'RFC 5905 §7.4 (INIT, STEP)'],
  },
  'ntp.clocks-differ': {
    code: 'ntp.clocks-differ',
    summary: "The time server's clock and the prober's are more than a minute apart.",
    proof:
      'The offset of RFC 5905 §8 from one exchange is over 60 s. That one of both clocks is wrong is certain; which one, this check ' +
      'can not tell. A prober with a wrong clock also misjudges the dates of certificates.',
    next:
      'Compare both with a third clock (chronyc tracking, w32tm /stripchart, or another time server). If the clock of the prober is ' +
      'wrong, set it and check again; if not, the time server needs repair.',
    references: ['RFC 5905 §8'],
  },
};

export const ntpCauses: CauseGroup<'ntp'> = {
  title: 'NTP',
  about: 'The time server, over UDP.',
  causes,
};
