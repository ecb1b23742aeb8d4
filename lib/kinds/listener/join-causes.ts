/** Causes that the evidence of both ends proves together: `inbound-check join`. */
import type { CauseGroup } from '../contract/cause.ts';

type JoinCause =
  | 'path.never-arrived'
  | 'path.reply-lost'
  | 'path.host-firewall'
  | 'path.nothing-listens'
  | 'path.source-rewritten';

export const joinCauses: Pick<CauseGroup<'path'>['causes'], JoinCause> = {
  'path.never-arrived': {
    code: 'path.never-arrived',
    summary: 'No packet of the test arrived at the host: it is stopped on the way there.',
    proof:
      'The listener’s machine watched all packets to the port, in front of its own firewall, for the whole time of the attempts, ' +
      'and lost none; none of theirs was among them, nor one that could have been theirs behind address translation. At least three SYNs were sent ' +
      'without an answer, or something on the way answered with a refusal: chance alone loses one packet or two, not all. Both clocks ' +
      'are compared by an exchange that both ends saw; where there is none the report says that they are taken to agree.',
    next:
      'Look upstream of the host, in this order: the address that the name or the NAT rule leads to (is it this host’s?), the firewall at the edge ' +
      'and its rule for port PORT, the cloud’s security group or network ACL, the provider. The log of each has the source address and the times in the ' +
      'evidence. The host itself needs no change for this.',
    references: ['RFC 9293 §3.5 (the handshake)', 'RFC 3022 (NAT)'],
  },
  'path.reply-lost': {
    code: 'path.reply-lost',
    summary: 'The packets of the test arrive and the host answers, but its answers do not come back.',
    proof:
      'The SYNs of the test arrived at the host, it sent SYN-ACKs at least three times, and the prober got none of them. So the way there is open ' +
      'and the way back is not.',
    next:
      'Look at the way back from the host: its default route (does it leave by the same firewall through which the packets came, or by another ' +
      'line?), a stateful firewall that sees the answers only and drops them, outbound rules of the host’s network for answers from port PORT, ' +
      'and address translation that is done on one of the two ways alone. On the host, "ip route get SOURCE" shows by which gateway it answers.',
    references: ['RFC 1812 §5.2 (routing)', 'RFC 4787 §5 (filtering by state)'],
  },
  'path.host-firewall': {
    code: 'path.host-firewall',
    summary: 'The packets of the test arrive at the host, and its own firewall stops them.',
    proof:
      'The SYNs of the test were seen on the host’s interface, in front of its own firewall. Then it sent nothing back, though Linux answers every ' +
      'SYN that reaches its sockets (with a RST where nothing listens), or it sent an ICMP error, or a RST although the listener’s own socket was open. ' +
      'All packets of the time were watched and none was lost. Or an unsigned text of Windows has it: a DROP in pfirewall.log, a drop by inspection ' +
      'in pktmon’s text, or there three SYNs without an answer to a socket that listens.',
    next:
      'Allow port PORT in the host’s own firewall (nftables, iptables, firewalld, ufw, Windows Firewall, a security agent), from the sources that need it. ' +
      'The network in front of the host needs no change. If no rule drops it, look at reverse path filtering ("nstat -az TcpExtIPReversePathFilter") and ' +
      'at a full accept queue ("nstat -az TcpExtListenDrops"), which drop without a word, too.',
    references: [
      'packet(7)',
      'RFC 9293 §3.10.7.1 (a RST where nothing listens)',
      'https://learn.microsoft.com/windows-server/networking/technologies/pktmon/pktmon-syntax',
    ],
  },
  'path.nothing-listens': {
    code: 'path.nothing-listens',
    summary: 'The packets of the test arrive at the host, where no program listens on the port.',
    proof:
      'The SYNs of the test were seen on the host’s interface, it answered them with a RST, and the listener had no socket at that address and ' +
      'port. Where another program has the port, it has it at another address, as 127.0.0.1. A firewall of the host that rejects with a RST sends the ' +
      'same packet; it is rarer, and on the host, too. In an unsigned text of pktmon: the RST, or a drop since no transport endpoint was found.',
    next:
      'The way to the host is open. Start the service on port PORT, or look why it does not run, and that it listens on all addresses or the one that ' +
      'is reached, not on 127.0.0.1 alone ("ss -ltn" shows it, on Windows "netstat -ano"). Then check again without the listener.',
    references: ['RFC 9293 §3.10.7.1'],
  },
  'path.source-rewritten': {
    code: 'path.source-rewritten',
    summary:
      'The packets arrive with another source address than the prober’s: something on the way translates it.',
    proof:
      'The listener saw the connection, by its proof or by its source port, from an address that is not among those that the prober is known to have.',
    next:
      'Nothing has to be repaired for the port to be reached. But the service and its logs see the address of the device on the way instead of the ' +
      'client’s: allow-lists by address, rate limits and mail reputation on the host then count all clients as one. If they matter, pass the client’s ' +
      'address on (no source NAT for this rule, X-Forwarded-For, or the PROXY protocol).',
    references: ['RFC 3022 (NAT)', 'RFC 7239 (Forwarded)'],
  },
};
