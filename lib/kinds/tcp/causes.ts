import type { CauseGroup } from '../contract/cause.ts';

/** Faults of the connection itself, below any protocol. */
const causes: CauseGroup<'tcp'>['causes'] = {
  'tcp.refused': {
    code: 'tcp.refused',
    summary: 'The address answers that nothing listens on this port.',
    proof:
      'The SYN was answered at once by a RST, or by ICMP port-unreachable, which Linux reports as the same error ' +
      '(ECONNREFUSED). So packets reach the network of the target. A RST comes from a host without a listener, from a ' +
      'load balancer without a healthy member, and also from a firewall that rejects with a RST in the name of the host; ' +
      'the answer alone does not tell them apart. Where the kernel was asked, the evidence says which of the two answers it ' +
      'was; an ICMP error of another address than the target is tcp.rejected-by-network. Where that address also passes packets on, ' +
      'as one that translates addresses does, an ICMP error in its name is a matter of the firewall there first.',
    next:
      'On the server: is the service running, and does it listen on this address and not on 127.0.0.1 alone (ss -ltnp, ' +
      'netstat -abn)? If it does, look for a firewall rule that rejects, and see whether the NAT rule forwards to the right ' +
      'host and port.',
    references: ['RFC 9293 §3.10.7.1 (RST for a port without listener)', 'RFC 1122 §4.2.3.9 (ICMP errors)'],
  },
  'tcp.filtered': {
    code: 'tcp.filtered',
    summary: 'The packets to this port are dropped: nothing answers, neither the service nor a refusal.',
    proof:
      'No answer to any SYN within the timeout, while a control host answered the same vantage on the same port and address ' +
      'family at the same time. A firewall that drops, a missing NAT rule and a host that is down or has another address ' +
      'look alike from outside; that other ports of the address answer rules the last two out.',
    next:
      'Look for the SYNs in the log of the outermost firewall at the UTC time in the evidence; their source address is shown ' +
      'where it is known. Not there: the provider or an upstream filter drops them, or the address is wrong. There and denied: ' +
      'add the rule from the report. There and allowed: follow them to the NAT rule and the host firewall, and see that the route back is the ' +
      'same (asymmetric routing drops the SYN-ACK).',
    references: ['RFC 9293 §3.8.3 (connection failures)'],
  },
  'tcp.unreachable': {
    code: 'tcp.unreachable',
    summary: 'A router or firewall on the path answers that the address cannot be reached.',
    proof:
      'An ICMP unreachable came back (EHOSTUNREACH, ENETUNREACH; EACCES for "administratively prohibited" over IPv6). ' +
      'Host-unreachable usually means that the last router got no answer to ARP or neighbour discovery: the host is down. ' +
      'Net-unreachable: there is no route. Prohibited: a firewall rule that rejects openly, on the host itself where the error has ' +
      'its address, or at the firewall in front where that address passes packets on (address translation).',
    next:
      'Check that the address is right and routed to the site, that the host is up, and that the firewall in front of it does ' +
      'not reject. For IPv6: is the prefix announced and routed inwards?',
    references: ['RFC 792 (destination unreachable)', 'RFC 4443 §3.1', 'RFC 1812 §5.2.7.1'],
  },
  'tcp.rejected-by-network': {
    code: 'tcp.rejected-by-network',
    summary: 'A firewall or router on the way rejects the connection; the host itself never answered.',
    proof:
      'An ICMP error that refuses (port unreachable, administratively prohibited) answered the SYN, and its sender is another ' +
      'address than the one that was dialled; the kernel of the prober tells both (Linux, IP_RECVERR). Without that evidence the ' +
      'same answer is tcp.refused or tcp.unreachable. A firewall that forges the address of the host is not found out.',
    next:
      'Find the device with the address in the evidence: it has the rule that rejects. Add the allow rule from the report there. A ' +
      'private address is of a device behind the NAT of the site.',
    references: [
      'RFC 792 (destination unreachable)',
      'RFC 1812 §5.2.7.1 (codes 9, 10 and 13)',
      'RFC 4443 §3.1',
    ],
  },
  'tcp.path-mtu': {
    code: 'tcp.path-mtu',
    summary:
      'Large packets are lost on the way, and nothing says so: the connection stalls as soon as one is needed.',
    proof:
      'The connection stalled with segments of the usual size, twice; with small segments the same probe was answered, and with ' +
      'the usual size it stalled again; then both once more, since a pool with one server that hangs answers now and then. Both sizes are in the evidence. A link on the way takes less than the ends believe, and the ICMP ' +
      'errors that should tell them (fragmentation needed, packet too big) are dropped.',
    next:
      'Let ICMP type 3 code 4 (IPv4) and ICMPv6 type 2 (IPv6) pass in every firewall on the way. Where the link with the small MTU is your ' +
      'own (VPN, PPPoE, GRE, cloud gateway), clamp the MSS of TCP there (Linux: --clamp-mss-to-pmtu; Cisco: ip tcp adjust-mss).',
    references: ['RFC 1191', 'RFC 8201', 'RFC 2923 §2.1 (black holes)', 'RFC 4821'],
  },
  'tcp.data-dropped': {
    code: 'tcp.data-dropped',
    summary: 'The handshake passes, but what the client sends is dropped on the way.',
    proof:
      'TCP connected, the request was sent again at least three times, and not one packet came after the SYN-ACK; on a second ' +
      'connection neither. The kernel of the prober counts that (Linux, TCP_INFO). A host that has accepted the connection acknowledges data even where its ' +
      'service hangs, and one whose queue of new connections is full sends its SYN-ACK again. So a filter drops segments with data (an inspection that has no answer, a proxy that completes ' +
      'handshakes for a server that it does not reach), or the way back for acknowledgements is broken. Or the request was ' +
      'acknowledged, after that neither an answer nor an acknowledgement of four more packets came, and a second connection got no answer ' +
      'either: a connection that is cut on the way.',
    next:
      'On the firewall in front: look at its inspection or proxy policy for that port, and for drops at the time in the ' +
      'evidence. Capture on the host: the handshake without data behind it shows that the drop is before it.',
    references: ['RFC 9293 §3.8.1 (retransmission)'],
  },
  'tcp.service-hangs': {
    code: 'tcp.service-hangs',
    summary: 'The request arrived and was acknowledged, and the service says nothing.',
    proof:
      'TCP connected, every byte of the request was acknowledged, and no byte came back; the kernel of the prober counts ' +
      'that (Linux, TCP_INFO). The way still carries packets (the end of the connection was acknowledged, too), and a try with ' +
      'small segments was not answered either. Said only of protocols in which the server has to answer. A filter that drops answers and lets ' +
      'acknowledgements pass looks the same. The kernel of the machine that accepts the connections acknowledges: the host, or a proxy or balancer in front whose ' +
      'server hangs.',
    next:
      'On the machine that accepts the connections: is the service stuck (see its log, its threads and its queue), or does the ' +
      'proxy wait for a server behind it? Restart it, and see what blocks it. For a protocol of your own give the bytes it expects in ' +
      'the assertion "send".',
    references: ['RFC 9293 §3.4 (acknowledgements)'],
  },
  'tcp.accepts-then-resets': {
    code: 'tcp.accepts-then-resets',
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
    summary: 'Something completes the handshake, but no service answers behind it.',
    proof:
      'TCP connected, the probe spoke where the protocol expects that (the line is in the evidence), and no byte came back. ' +
      'A handshake alone proves nothing: firewalls with proxy policies, SYN cookies and SYNPROXY complete handshakes for ' +
      'dead servers, and the kernel of a host does so for a process that hangs. For a tcp:// endpoint of an unknown protocol a ' +
      'service that waits for its own client to speak looks the same.',
    next:
      'Connect from inside, past the firewall. No answer there either: the service hangs, restart it and see its log. An ' +
      'answer there: the device in front accepts and does not forward (proxy policy, inspection profile, wrong NAT target). ' +
      'For a protocol of your own give the bytes it expects in the assertion "send".',
    references: ['RFC 4987 §3.6 and §3.8'],
  },
  'tcp.proxy-header-unexpected': {
    code: 'tcp.proxy-header-unexpected',
    summary: 'A balancer in front sends a PROXY header, and the server behind it does not expect one.',
    proof:
      'The server answers something that this client did not send, and does so before the first words of the client: a mail server ' +
      'with "bad syntax" or "unknown command" unasked, or one reply too many; SSH with "Invalid SSH identification string"; a web ' +
      'server with 400, a TLS server with an alert, on a connection on which nothing was sent. What balancers and NAT devices send of ' +
      'their own at that place is a PROXY header; only their settings show it. Or the first words of the server are such a header ' +
      '("PROXY TCP4 …", or the signature of version 2): then something writes it towards clients.',
    next:
      'Let both sides agree: take the PROXY protocol off in the balancer (HAProxy: send-proxy, send-proxy-v2; AWS NLB: ' +
      'proxy_protocol_v2.enabled; nginx stream: proxy_protocol on), or let the server expect it (Postfix: ' +
      'smtpd_upstream_proxy_protocol or postscreen_upstream_proxy_protocol; Exim: hosts_proxy; nginx: listen … proxy_protocol; Apache: ' +
      'RemoteIPProxyProtocol). OpenSSH does not know it.',
    references: ['https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt'],
  },
  'tcp.proxy-header-expected': {
    code: 'tcp.proxy-header-expected',
    summary:
      'The server expects a PROXY header before the first words of a client, and clients from the internet send none.',
    proof:
      'The server closed the connection of a plain client without an answer. On one more connection, which began with a PROXY ' +
      'header that says nothing of the client (version 2 with the command LOCAL, or version 1 with UNKNOWN), it answered as its ' +
      'protocol wants.',
    next:
      'Let the balancer in front send the PROXY header, or do not expect it where clients connect directly (HAProxy: bind … ' +
      'accept-proxy; nginx: listen … proxy_protocol; Postfix: smtpd_upstream_proxy_protocol). Also make sure that only the balancer can ' +
      'reach this port: whoever can, may claim any source address.',
    references: [
      'https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt (§2, §2.1 UNKNOWN, §2.2 LOCAL)',
    ],
  },
  'tcp.some-addresses-dead': {
    code: 'tcp.some-addresses-dead',
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

export const tcpCauses: CauseGroup<'tcp'> = {
  title: 'TCP',
  about: 'The connection itself: refused, dropped, or accepted by something that then says nothing.',
  causes,
};
