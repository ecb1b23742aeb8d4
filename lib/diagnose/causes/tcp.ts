import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';

/** Faults of the connection itself, below any protocol. */
export const tcpCauses: Readonly<Record<Extract<CauseCode, `tcp.${string}`>, Cause>> = {
  'tcp.refused': {
    code: 'tcp.refused',
    side: 'host',
    severity: 'fail',
    summary: 'The address answers that nothing listens on this port.',
    proof:
      'The SYN was answered at once by a RST, or by ICMP port-unreachable, which Linux reports as the same error ' +
      '(ECONNREFUSED). So packets reach the network of the target. A RST comes from a host without a listener, from a ' +
      'load balancer without a healthy member, and also from a firewall that rejects instead of dropping (iptables REJECT); ' +
      'the answer alone does not tell them apart.',
    next:
      'On the server: is the service running, and does it listen on this address and not on 127.0.0.1 alone (ss -ltnp, ' +
      'netstat -abn)? If it does, look for a firewall rule that rejects, and see whether the NAT rule forwards to the right ' +
      'host and port.',
    references: ['RFC 9293 §3.10.7.1 (RST for a port without listener)', 'RFC 1122 §4.2.3.9 (ICMP errors)'],
  },
  'tcp.filtered': {
    code: 'tcp.filtered',
    side: 'network',
    severity: 'fail',
    summary: 'The packets to this port are dropped: nothing answers, neither the service nor a refusal.',
    proof:
      'No answer to any SYN within the timeout, while a control host answered the same vantage on the same port and address ' +
      'family at the same time. A firewall that drops, a missing NAT rule and a host that is down or has another address ' +
      'look alike from outside; that other ports of the address answer rules the last two out.',
    next:
      'Look for the SYNs in the log of the outermost firewall at the UTC time in the evidence; their source address is shown ' +
      'where it is known. Not there: the provider or an upstream filter drops them, or the address is wrong. There and denied: ' +
      'add the rule from the report. There and allowed: follow them to the NAT rule and the host firewall, and see that the way back is the ' +
      'same (asymmetric routing drops the SYN-ACK).',
    references: ['RFC 9293 §3.8.3 (connection failures)'],
  },
  'tcp.unreachable': {
    code: 'tcp.unreachable',
    side: 'network',
    severity: 'fail',
    summary: 'A router or firewall on the way answers that the address cannot be reached.',
    proof:
      'An ICMP unreachable came back (EHOSTUNREACH, ENETUNREACH; EACCES for "administratively prohibited" over IPv6). ' +
      'Host-unreachable usually means that the last router got no answer to ARP or neighbour discovery: the host is down. ' +
      'Net-unreachable: there is no route. Prohibited: a firewall rule that rejects openly.',
    next:
      'Check that the address is right and routed to the site, that the host is up, and that the firewall in front of it does ' +
      'not reject. For IPv6: is the prefix announced and routed inwards?',
    references: ['RFC 792 (destination unreachable)', 'RFC 4443 §3.1', 'RFC 1812 §5.2.7.1'],
  },
  'tcp.accepts-then-resets': {
    code: 'tcp.accepts-then-resets',
    side: 'network',
    severity: 'fail',
    summary: 'Something completes the handshake and then ends the connection without a byte.',
    proof:
      'TCP connected, then a RST or FIN came before any data. A SYN proxy (firewall, DDoS protection, load balancer) ' +
      'answers for a server that it then cannot reach; a RST at or within milliseconds of the connect is typical of that. ' +
      'A service that refuses this source (tcpwrappers, MaxStartups, a full accept queue) does it as well. It does not mean ' +
      '"closed": something accepted.',
    next:
      'On the device that publishes the address: is the server behind it up, in the pool and reachable from the device on ' +
      'that port? On the server: is the listener limited to some sources, or out of connections? Connect from inside to see ' +
      'which of the two it is.',
    references: ['RFC 4987 §3.6 (SYN cookies) and §3.8 (firewalls and proxies that complete handshakes)'],
  },
  'tcp.accepts-then-silent': {
    code: 'tcp.accepts-then-silent',
    side: 'network',
    severity: 'fail',
    summary: 'Something completes the handshake, but no service answers behind it.',
    proof:
      'TCP connected, the probe spoke where the protocol expects that (the line is in the evidence), and no byte came back. ' +
      'A bare handshake proves nothing: firewalls with proxy policies, SYN cookies and SYNPROXY complete handshakes for ' +
      'dead servers, and the kernel of a host does so for a process that hangs. For a tcp:// endpoint of an unknown protocol a ' +
      'service that waits for its own client to speak looks the same.',
    next:
      'Connect from inside, past the firewall. No answer there either: the service hangs, restart it and see its log. An ' +
      'answer there: the device in front accepts and does not forward (proxy policy, inspection profile, wrong NAT target). ' +
      'For a protocol of your own give the bytes it expects in the assertion "send".',
    references: ['RFC 4987 §3.6 and §3.8'],
  },
  'tcp.some-addresses-dead': {
    code: 'tcp.some-addresses-dead',
    side: 'network',
    severity: 'fail',
    summary: 'Some of the addresses of the name answer and others do not.',
    proof:
      'The name has several addresses (A and AAAA), each was probed by itself, and at least one failed while another worked. ' +
      'Browsers hide it by trying the next one after a delay, mail servers and ACME validation often do not: a part of the ' +
      'users waits or fails.',
    next:
      'Remove the dead address from DNS, or repair what is behind it. If all the dead ones are IPv6: either publish the ' +
      'service over IPv6 or remove the AAAA record.',
    references: ['RFC 8305 (Happy Eyeballs)', 'RFC 5321 §5.1 (several addresses of a mail host)'],
  },
};
