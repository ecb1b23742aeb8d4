import type { CauseGroup } from '../contract/cause.ts';

/** Something can be reached that should not be. The firewall's owner has to act, whatever the service behind it says. */
const causes: CauseGroup<'exposure'>['causes'] = {
  'exposure.open-but-must-be-closed': {
    code: 'exposure.open-but-must-be-closed',
    summary: 'A port that must not be reachable from the internet answered with bytes of a living service.',
    proof:
      'At least one vantage completed a TCP handshake and received bytes from the service (a banner, a ServerHello, ' +
      'a status line); the bytes, the vantage and the UTC time are in the evidence. One vantage is enough: an exposure ' +
      'that is visible from one place on the internet is an exposure. A handshake without bytes is not reported as this ' +
      'cause, because SYN proxies complete handshakes for dead servers; it is reported as a warning instead. A vantage ' +
      'inside a network that is let in on purpose (VPN, allow-list) sees the port open rightly: look at its source address.',
    next:
      'Remove the allow rule or the destination NAT for this port, or restrict its source to the management network; the ' +
      'deny rules below do so at the edge. Look in the firewall log for the source address and time in the evidence: ' +
      'the policy that logged the session is the one to change. Then check IPv6 apart, where a service is often open ' +
      'because the rule was written for IPv4 only, and stop or bind the service to an internal address if nobody needs it outside.',
    references: [
      'NIST SP 800-41 Rev. 1 §4.1 (policies by address and protocol)',
      'RFC 4890 (what to keep open in ICMPv6 when closing ports)',
    ],
  },
  'exposure.open-to-the-internet': {
    code: 'exposure.open-to-the-internet',
    summary: 'A service meant for known networks answers an address that nobody put on its allow-list.',
    proof:
      'A vantage that is not on the allow-list received bytes of the protocol. That the service answers is what the ' +
      'profile asks for, so the endpoint passes; that it answers an unknown address is what this warning says. It cannot be seen ' +
      'from outside whether the exposure is meant.',
    next:
      'If only some networks need it, restrict the source addresses of the allow rule to them (VPN egress, office ranges) ' +
      'and check again with --private-ui, or with --from-allow-listed VANTAGE for a vantage that must get in. If it is ' +
      'meant for the whole internet, say so with --public-ui and the warning goes away; multi-factor login and prompt updates are then the remaining defence.',
    references: [
      'NIST SP 800-41 Rev. 1 §4.1',
      'CISA Binding Operational Directive 23-02 (internet-exposed management interfaces)',
    ],
  },
};

export const exposureCauses: CauseGroup<'exposure'> = {
  title: 'Exposure',
  about: 'Something is reachable that should not be.',
  causes,
};
