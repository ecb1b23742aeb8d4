import type { CauseGroup } from '../contract/cause.ts';
import { joinCauses } from './join-causes.ts';

/** What a listener at the other end shows about the way between. */
const causes: CauseGroup<'path'>['causes'] = {
  'path.another-host': {
    code: 'path.another-host',
    summary: 'Something answers on this port, but it is not the listener that has the code.',
    proof:
      'The port answered the challenge with bytes that hold no proof, or one that does not fit: made with another code, for another ' +
      'connection (a proof that was recorded and sent again), or forged. The listener answers every challenge on its ports with a proof ' +
      'made with the code, so another machine answered, another program on the same machine, or a listener that was started with another ' +
      'code. What it said is in the evidence.',
    next:
      'Compare the code at both ends first. Then see whether the listener runs, and whether it has this port: its screen says TAKEN where ' +
      'another program holds it. If it waits and nothing arrives there, the NAT rule, the load balancer or the DNS record leads to ' +
      'another machine: compare the address and port it forwards to with those of the listener.',
    references: ['RFC 2104 (HMAC)', 'RFC 3022 (NAT)'],
  },
  'path.tls-terminated': {
    code: 'path.tls-terminated',
    summary: 'The listener answers, but something on the way ends TLS and makes a connection of its own.',
    proof:
      'The proof over both addresses is right, and the one over the TLS session is not: a value that both ends of one session ' +
      'derive alike (the exporter of RFC 5705) differs, or one end has no TLS at all. So the TLS session of this client ends before the ' +
      'listener. Plain forwarding (NAT, a TCP proxy) does not do that.',
    next:
      'Expected with a reverse proxy, a load balancer or a web application firewall that holds the certificate: then the certificate that ' +
      'clients get is that of the device, and it must be renewed there. Otherwise look for TLS inspection in the firewall in front, ' +
      'and except this service from it.',
    references: ['RFC 5705 §4', 'RFC 8446 §7.5'],
  },
  'path.words-differ': {
    code: 'path.words-differ',
    summary: 'The words that were read aloud at the other end are not those that were sent to this port.',
    proof:
      'A person read two words and a number from a listener’s screen or a server’s log, another typed them in, and no challenge to this port in ' +
      'this run had them. Where a challenge to another port had them, the sentence names that port. This rests on both people: nothing is proven.',
    next:
      'Have the words read once more, letter by letter, and see by the time beside them that they are of this test and not of an older one. If ' +
      'they are words of another port, the NAT rule, the load balancer or the listener’s own port leads there. If nothing in that log has the ' +
      'words of this test, the address of the test leads to another machine.',
    references: ['RFC 3022 (NAT)'],
  },
  ...joinCauses,
};

export const pathCauses: CauseGroup<'path'> = {
  title: 'Path',
  about: 'What a listener at the other end proves about the way between.',
  causes,
};
