import type { CauseGroup } from '../contract/cause.ts';

/** Faults of the tester or of its own network. None of them may be blamed on the target. */
const causes: CauseGroup<'prober'>['causes'] = {
  'prober.egress-blocked': {
    code: 'prober.egress-blocked',
    summary:
      'The tester cannot get out on this port, so what came back, or did not, says nothing about the target.',
    proof:
      'The target did not answer, and neither did the control: a host known to answer on the same port. A block at the ' +
      'tester looks exactly like a firewall at the far end. Port 25 is the usual case: AWS blocks outbound TCP 25 by ' +
      'default for EC2 and Lambda, and so do most access providers. If the control host itself is down the picture is the ' +
      'same; a second control tells the two apart. Or the target seemed to refuse, and the kernel of the tester says that the ' +
      'ICMP error came from the tester itself (Linux, IP_RECVERR): a rule of its own packet filter rejects, or its gateway does not answer.',
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
    summary:
      "Something in the tester's own network accepts connections to any address, so a connect alone proves nothing.",
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
    summary: 'A vantage that was to take part gave no result.',
    proof:
      'The vantage was asked and sent no observation, or its probe ended by a fault of its own (no sockets, no memory, an ' +
      'error in the program). It proves nothing for or against the target.',
    next: 'Run the check again. If it stays, look at the health of that vantage (inbound-check doctor) or leave it out.',
    references: [],
  },
  'prober.captive-portal': {
    code: 'prober.captive-portal',
    summary: "This vantage's own network wants a login before it lets anything out.",
    proof:
      'The answer has status 511 (Network Authentication Required), which only a network between the vantage and the ' +
      'internet sends: a captive portal of a hotel, a guest network, a proxy. Nothing is known about the target.',
    next: "Log in to the vantage's network with a browser, or run from another one.",
    references: ['RFC 6585 §6', 'RFC 8952'],
  },
  'prober.deadline': {
    code: 'prober.deadline',
    summary: 'The run ended before this probe had its answer.',
    proof:
      "The run's own deadline, or Ctrl-C, came first. What was seen until then is in the evidence, but the target still had " +
      'time left to answer, so nothing is blamed on it.',
    next: 'Run again with a longer deadline, or with fewer targets or more --concurrency in one run.',
    references: [],
  },
  'prober.late': {
    code: 'prober.late',
    summary:
      'This prober itself was stopped or starved of CPU, so that what it missed says nothing of the target.',
    proof:
      'Something did not come in time, or the peer closed the connection, and meanwhile the process of the prober was not run ' +
      'for longer than 250 ms or a tenth of the time that the attempt had: stopped, frozen, or on a machine with too much to ' +
      'do. What had arrived was read before anything was decided, and the attempt was made again, with the same result. The ' +
      'times are in the evidence.',
    next:
      'Run again when the machine has less to do, with lower --concurrency or a longer --timeout. In AWS, give the probe ' +
      'function more memory: CPU comes in proportion to it.',
    references: ['https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html'],
  },
  'prober.stopped': {
    code: 'prober.stopped',
    summary: 'The fleet was stopped by an operator before this probe had its answer.',
    proof:
      'The fleet was stopped by its kill switch: from then on no vantage began a probe, and those under way ended within ' +
      'seconds. What was seen until then is in the evidence, but the target still had time left to answer, so nothing is ' +
      'blamed on it.',
    next: 'Ask the person who stopped the fleet (inbound-check fleet status names them and their reason), and run again afterwards.',
    references: [],
  },
  'prober.stop-unreadable': {
    code: 'prober.stop-unreadable',
    summary:
      'This prober of the fleet could not read the kill switch, and ended before the probe had its answer.',
    proof:
      'While it probes, a prober asks every two seconds whether the fleet was stopped. Several answers in a row were errors, ' +
      'silence or no answer of S3 at all, so an operator could not have stopped it: it ended by itself. The reason is in the ' +
      'summary. What was seen until then is in the evidence; nothing is blamed on the target.',
    next:
      'Run the check again. If it stays, look at the way from that vantage to S3 in the home region (its VPC’s routes and ' +
      'endpoint policy, S3’s dual-stack endpoint for a vantage with IPv6 alone) and at the prober’s log.',
    references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/dual-stack-endpoints.html'],
  },
  'prober.target-not-authorised': {
    code: 'prober.target-not-authorised',
    summary: 'The fleet does not probe this target, because nobody has proven that it is theirs.',
    proof:
      'No valid ownership proof (DNS TXT record or HTTP file) and no voucher of an authorised operator is on record for the ' +
      'target, and no listener proved it for this run (its ports, at the addresses where it answered). No packet was sent ' +
      'but for one challenge to a listener, where listeners are asked.',
    next:
      'Register the target and publish the token it shows, as DNS TXT record or as HTTP file, then run again; or ask an ' +
      'authorised operator to vouch for it.',
    references: ['RFC 8555 §8.3 and §8.4 (the same two ways of proof, as ACME has them)'],
  },
  'prober.address-refused': {
    code: 'prober.address-refused',
    summary:
      'The tester refuses this address before any packet, because it is not reachable over the public internet.',
    proof:
      'The address that was given is in a range that is not globally routable (loopback, private, link-local, cloud ' +
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
  'prober.resolver-unfit': {
    code: 'prober.resolver-unfit',
    summary: 'The DNS servers of this vantage cannot be relied on for this name.',
    proof:
      'A denial or a failure (NXDOMAIN, NODATA, SERVFAIL, REFUSED, silence) counts when the same DNS server knows a name that ' +
      'exists (com, or the root by the names of its servers) and denies one that does not (a new random name below com), and ' +
      "a second server or one of the zone's own servers agrees. Here that is not so: the server denies or answers " +
      'everything (a captive portal, a closed network, a provider’s search page), is out of reach, cannot be sent to for ' +
      'want of its address family, or others say otherwise. Nothing is blamed on the name.',
    next:
      'Name a DNS server that serves this machine (--dns ADDRESS), or test from another network. If the DNS servers are your ' +
      'own, see that they can reach the internet by UDP and TCP 53 and that no filter answers in their place.',
    references: [
      'RFC 8910 §1 (captive portals)',
      'RFC 8020 (NXDOMAIN)',
      'RFC 7766 §5 (a resolver must be reachable by TCP)',
    ],
  },
  'prober.name-pinned': {
    code: 'prober.name-pinned',
    summary:
      'All is well at the address that the name was pinned to; where the name leads was not looked up.',
    proof:
      'Whoever asked the fleet for the run pinned the name, or one that it led to (target of a redirect, MX host), to an address ' +
      '(settings.resolve). What was seen rests on that, so the ' +
      'report says nothing of what DNS answers, and nothing of what others reach by that name. A fleet calls that no plain pass.',
    next:
      'Before a move of the name this is what you want: check again without the pin once DNS is changed. Otherwise leave the ' +
      'pin away.',
    references: ['https://curl.se/docs/manpage.html#--resolve'],
  },
};

export const proberCauses: CauseGroup<'prober'> = {
  title: 'Prober',
  about: "The tester's own faults. They make a check inconclusive and are never blamed on the target.",
  causes,
};
