import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';

/** Faults of the tester or of its own network. None of them may be laid on the target. */
export const proberCauses: Readonly<Record<Extract<CauseCode, `prober.${string}`>, Cause>> = {
  'prober.egress-blocked': {
    code: 'prober.egress-blocked',
    side: 'prober',
    severity: 'fail',
    summary:
      'The tester cannot get out on this port, so silence from the target says nothing about the target.',
    proof:
      'The target did not answer, and neither did the control: a host known to answer on the same port. A block at the ' +
      'tester looks exactly like a firewall at the far end. Port 25 is the usual case: AWS blocks outbound TCP 25 by ' +
      'default for EC2 and Lambda, and so do most access providers. If the control host itself is down the picture is the ' +
      'same; a second control tells the two apart.',
    next:
      'Test from a vantage that may use this port, or name another control with --control PORT=HOST:PORT. In AWS: attach ' +
      'the function to a VPC, send it out by a NAT gateway and ask for the port 25 restriction of its Elastic IP to be ' +
      'removed. In an office: ask for the port to be opened for the machine that runs the test. Do not change the ' +
      "target's firewall on account of this result.",
    references: [
      'https://repost.aws/knowledge-center/ec2-port-25-throttle',
      'M3AAWG: Managing Port 25 for Residential or Dynamic IP Space (why access providers block it)',
    ],
  },
  'prober.no-control': {
    code: 'prober.no-control',
    side: 'prober',
    severity: 'fail',
    summary:
      'The target was silent and nothing proved that this vantage can use the port, so the silence cannot be judged.',
    proof:
      'The connect timed out and there is no control for this port and address family. A timeout is then either a firewall ' +
      "at the target that drops the packets or a block on the tester's own way out; both look the same.",
    next:
      'Give a host that is known to answer on this port: --control PORT=HOST:PORT. When it answers and the target does ' +
      'not, the verdict becomes tcp.filtered; when it does not, prober.egress-blocked.',
    references: [],
  },
  'prober.network-answers-for-all': {
    code: 'prober.network-answers-for-all',
    side: 'prober',
    severity: 'fail',
    summary:
      "Something in the tester's own network accepts connections to any address, so a bare connect proves nothing.",
    proof:
      'The negative control connected: a connect to a reserved address that no host on the internet can have (240.0.0.0/4) ' +
      'succeeded. A transparent proxy, a captive portal or a sandbox answers in place of the target, and some of them ' +
      'speak HTTP or SMTP themselves. From such a vantage only a TLS session counts whose certificate is valid for the host ' +
      'and issued by a trusted root, because that cannot be invented on the way.',
    next:
      'Test from a network without a transparent proxy (often: leave the office network or VPN, or log in to the captive ' +
      'portal), or from another vantage. Nothing has to be changed at the target.',
    references: ['RFC 1112 §4 and RFC 6890 §2.2.2 (240.0.0.0/4 is reserved)'],
  },
  'prober.no-ipv6': {
    code: 'prober.no-ipv6',
    side: 'prober',
    severity: 'info',
    summary: 'This vantage has no IPv6, so the IPv6 addresses of the target were not judged from here.',
    proof:
      'The connect failed at once with "network unreachable" on the tester itself, before any packet left. This says ' +
      'nothing about the target, whose IPv6 may work or not. Addresses of the other family were judged and count.',
    next:
      'Test from a vantage with IPv6 if the name has AAAA records: clients with IPv6 (most mobile networks) and ' +
      "Let's Encrypt try it first. Or say --family 4 when IPv6 is not wanted in this check.",
    references: [
      'RFC 8305 (Happy Eyeballs: clients prefer IPv6)',
      'https://letsencrypt.org/docs/ipv6-support/',
    ],
  },
  'prober.unavailable': {
    code: 'prober.unavailable',
    side: 'prober',
    severity: 'fail',
    summary: 'A vantage that was to take part gave no result.',
    proof:
      'The vantage was asked and sent no observation, or its probe ended by a fault of its own (no sockets, no memory, an ' +
      'error in the program). No packet of it can be held for or against the target.',
    next: 'Run the check again. If it stays, look at the health of that vantage (inbound-check doctor) or leave it out.',
    references: [],
  },
  'prober.deadline': {
    code: 'prober.deadline',
    side: 'prober',
    severity: 'fail',
    summary: 'The run ended before this probe had its answer.',
    proof:
      "The run's own deadline, or Ctrl-C, came first. What was seen until then is in the evidence, but the target still had " +
      'time left to answer, so nothing is held against it.',
    next: 'Run again with a longer deadline, or with fewer targets or more --concurrency in one run.',
    references: [],
  },
  'prober.stopped': {
    code: 'prober.stopped',
    side: 'prober',
    severity: 'fail',
    summary: 'The fleet was stopped by an operator before this probe had its answer.',
    proof:
      'The kill switch of the fleet was thrown: from then on no vantage began a probe, and those under way ended within ' +
      'seconds. What was seen until then is in the evidence, but the target still had time left to answer, so nothing is ' +
      'held against it.',
    next: 'Ask whoever stopped the fleet (inbound-check fleet status names them and their reason), and run again afterwards.',
    references: [],
  },
  'prober.target-not-authorised': {
    code: 'prober.target-not-authorised',
    side: 'prober',
    severity: 'fail',
    summary: 'The fleet does not probe this target, because nobody has proven that it is theirs.',
    proof:
      'No valid ownership proof (DNS TXT record or HTTP file) and no voucher of an authorised operator is on record for the ' +
      'target. No packet was sent.',
    next:
      'Register the target and publish the token it shows, as DNS TXT record or as HTTP file, then run again; or ask an ' +
      'authorised operator to vouch for it.',
    references: ['RFC 8555 §8.3 and §8.4 (the same two ways of proof, as ACME has them)'],
  },
  'prober.address-refused': {
    code: 'prober.address-refused',
    side: 'prober',
    severity: 'fail',
    summary:
      'The tester refuses this address before any packet, because it is not reachable over the public internet.',
    proof:
      'The address that was given lies in a range that is not globally routable (loopback, private, link-local, cloud ' +
      'metadata, carrier NAT, multicast, documentation, or an IPv6 form that wraps one of these). The range is named in the ' +
      'summary. No packet was sent, so this says nothing about the service.',
    next:
      'Give the public address, which is the one that the firewall translates to the server. To test inside your own ' +
      'network on purpose, add --allow-private (this machine only; cloud metadata and multicast stay refused).',
    references: [
      'https://www.iana.org/assignments/iana-ipv4-special-registry/',
      'https://www.iana.org/assignments/iana-ipv6-special-registry/',
      'RFC 1918',
    ],
  },
};
