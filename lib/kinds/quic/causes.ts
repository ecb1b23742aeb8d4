import type { CauseGroup } from '../contract/cause.ts';

/** Faults of a QUIC server. */
const causes: CauseGroup<'quic'>['causes'] = {
  'quic.no-answer': {
    code: 'quic.no-answer',
    summary: 'No QUIC answer came over UDP.',
    proof:
      'A datagram of a reserved version, which asks for the versions that the server speaks, got no answer, and neither ' +
      'did a real Initial of version 1. Silence is a firewall that lets TCP in on this port and UDP not, or a server without ' +
      'QUIC; UDP cannot tell them apart, so it counts only while a control on the same port answers.',
    next:
      'If the site is to serve HTTP/3, let UDP PORT in as well as TCP PORT and see that the server listens on it (`ss -ulnp`). ' +
      'Browsers fall back to TCP, so the site works without it, only slower.',
    references: ['RFC 9000 §6 and §15', 'RFC 9114 §3.1'],
  },
  'quic.refused': {
    code: 'quic.refused',
    summary: 'Nothing listens for QUIC on this port.',
    proof:
      'ICMP port-unreachable came back for the datagram (ECONNREFUSED). The host is there, or a firewall that rejects ' +
      'answers in its place.',
    next:
      'If the site is to serve HTTP/3, switch it on in the web server or load balancer; then look at a firewall that ' +
      'rejects UDP PORT.',
    references: ['RFC 1122 §3.2.2.1', 'RFC 9114 §3.1'],
  },
  'quic.not-quic': {
    code: 'quic.not-quic',
    summary: 'Something answers over UDP on this port, but it is not QUIC.',
    proof:
      'A datagram came back that has no long header of QUIC, or whose connection ids are not those that we sent, which a ' +
      'forged or stray answer cannot know.',
    next: 'Find out which program uses this UDP port (DTLS, a VPN and DNS are seen on such ports), and whether a device answers in its place.',
    references: ['RFC 8999 §5.1', 'RFC 9000 §17.2.1'],
  },
};

export const quicCauses: CauseGroup<'quic'> = {
  title: 'QUIC',
  about: 'HTTP/3 over UDP: whether it gets through, and who answers.',
  causes,
};
