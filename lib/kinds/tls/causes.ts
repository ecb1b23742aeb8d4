import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause, CauseGroup } from '../contract/cause.ts';
import { tlsCertificateCauses } from './certificate-causes.ts';
import { tlsClientCauses } from './client-causes.ts';

/** Causes of the handshake itself: whether the server uses TLS, and in which version. */
const handshakeCauses = {
  'tls.not-tls': {
    code: 'tls.not-tls',
    summary: 'Something answers on this port, but not with TLS.',
    proof:
      'The first bytes after the ClientHello are no TLS record (RFC 8446 §5.1); they are in the evidence, read on a second ' +
      'connection that asked the same. Plain HTTP on the TLS port, an SSH or mail greeting, or a proxy’s own page are usual.',
    next:
      'See which program listens on the port (ss -ltnp) and where NAT forwards it to: often PORT leads to the port of plain HTTP. If ' +
      'the program is the right one, switch TLS on for this listener (nginx: "listen PORT ssl"; Apache: "SSLEngine on").',
    references: ['RFC 8446 §5.1'],
  },
  'tls.handshake-timeout': {
    code: 'tls.handshake-timeout',
    summary: 'The TCP connection is made, but the TLS handshake does not end.',
    proof:
      'No complete handshake until the time was up. Without a byte from the peer it is a TCP handshake alone, which a ' +
      'middlebox (SYN proxy, load balancer without a live server) completes for dead servers too; a service that waits for ' +
      'its client in clear looks the same. After some bytes, the large certificate packets are lost: a path MTU black hole, ' +
      'where ICMP "fragmentation needed" (type 3 code 4; ICMPv6 type 2) is filtered.',
    next:
      'Capture on the server (tcpdump port PORT): if no ClientHello arrives, the device before it answers alone. If the server ' +
      'sends its certificate and retransmits it, permit ICMP type 3 code 4 and ICMPv6 type 2, or clamp the MSS on tunnel and PPPoE ' +
      'interfaces.',
    references: ['RFC 8446 §4', 'RFC 1191 §6', 'RFC 2923 §2.1'],
  },
  'tls.handshake-reset': {
    code: 'tls.handshake-reset',
    summary: 'The connection was closed in the middle of the TLS handshake.',
    proof:
      'FIN or RST after the ClientHello and before the handshake ended, without a TLS alert. A server that refuses says so by an ' +
      'alert; a cut without one is the way of firewalls that filter by server name (SNI) or inspect TLS, of load balancers ' +
      'without a live server, and of services that crash.',
    next:
      'Compare a capture before and behind the firewall: who sends the RST? Look in the firewall’s log for a URL or ' +
      'application filter (App-ID, SSL inspection) that hits this name. On the server, see its log and that a site exists for ' +
      'the name.',
    references: ['RFC 8446 §6.1', 'RFC 8446 §6.2'],
  },
  'tls.large-hello-dropped': {
    code: 'tls.large-hello-dropped',
    summary:
      'A ClientHello of the size that browsers send gets no answer; a small one does: browsers fail, and older clients work.',
    proof:
      'Browsers offer a post-quantum key, which makes their ClientHello longer than one segment. The main handshake sent such a one ' +
      'and got no byte, in two attempts; after that a small one was answered with a ServerHello or an alert, two large ones that differ from it in ' +
      'padding alone (RFC 7685) were not, and the small one was answered again. Both sizes are in the evidence. Where the prober can ask its ' +
      'kernel, the large one was tried with small segments as well, and failed: so the path’s MTU is not the reason. Elsewhere it may be, and the sentence says so. Behind STARTTLS a session ' +
      'with a small hello goes on to its end, and another with a large one fails again; there it is a warning, since most senders have a small one.',
    next:
      'On the firewall, IDS, SSL inspection or load balancer in front: look for a TLS or server name (SNI) filter that reads the ClientHello in one segment only, ' +
      'update it, and bypass it for this port as a test. On the server: a TLS library or proxy that reads the hello once and takes what came ' +
      'for all of it (https://tldr.fail has a test and a list). To see the difference by hand: openssl s_client -groups X25519MLKEM768:X25519 (OpenSSL 3.5) fails, ' +
      '-groups X25519 works.',
    references: ['RFC 8446 §4.1.2', 'RFC 9293 §3.7 (segmentation)', 'https://tldr.fail', 'RFC 7685'],
  },
  'tls.handshake-failed': {
    code: 'tls.handshake-failed',
    summary: 'The peer answers with TLS records that make no sense.',
    proof:
      'The bytes have the form of TLS records, but OpenSSL rejects what they hold: a message out of turn, a length beyond the ' +
      'limit, a bad signature or MAC. The error code is in the evidence. The client, not the server, ended the handshake.',
    next:
      'Try another client (openssl s_client -connect HOST:PORT -servername NAME). If it fails likewise, the TLS stack of the ' +
      'server, or of an inspecting device before it, is broken or is no TLS: restart and update it, and bypass inspection as a test.',
    references: ['RFC 8446 §6.2'],
  },
  'tls.alert': {
    code: 'tls.alert',
    summary: 'The server refused the TLS handshake with an alert.',
    proof:
      'The alert’s number and name, as the server sent it: 40 handshake_failure (no cipher or certificate in common, or in TLS 1.2 ' +
      'a missing client certificate), 70 protocol_version, 80 internal_error, 112 unrecognized_name (no site for this name), 116 ' +
      'certificate_required (client certificate, TLS 1.3), 120 no_application_protocol (ALPN). The client offered TLS 1.0 to ' +
      '1.3 with all ciphers that OpenSSL has, so a lack of common ground is the server’s.',
    next:
      'Look in the server’s error log at the time of the evidence. 112 and 40: give the server a site and certificate for the ' +
      'name. 116, 42, 48: the site demands client certificates; allow access without, or test from a client that has one. 80: ' +
      'restart the site after fixing its certificate or key.',
    references: ['RFC 8446 §6', 'https://www.iana.org/assignments/tls-parameters (TLS Alerts)'],
  },
  'tls.protocol-too-old': {
    code: 'tls.protocol-too-old',
    summary: 'The server accepts a TLS version that is out of use.',
    proof:
      'On separate connections the client offered nothing above TLS 1.1 (then 1.0, then SSL 3.0), and the server answered ' +
      'with a ServerHello of that version. If the main handshake ended in an old version, the server has no newer one, and ' +
      'present browsers refuse it.',
    next:
      'Permit TLS 1.2 and 1.3 only (nginx: "ssl_protocols TLSv1.2 TLSv1.3;", Apache: "SSLProtocol -all +TLSv1.2 +TLSv1.3", ' +
      'Windows: SCHANNEL registry keys), on the server and on every load balancer before it.',
    references: ['RFC 8996', 'RFC 7568', 'RFC 9325 §3.1.1'],
  },
  'tls.weak-cipher': {
    code: 'tls.weak-cipher',
    summary: 'The server still accepts cipher suites that protect nothing, or too little.',
    proof:
      'On separate connections, three at most, the client offered nothing but weak suites (anonymous, NULL, export, DES, RC4, 3DES) ' +
      'in a ClientHello of TLS 1.2, and the server answered with a ServerHello that chooses one. After each answer all of the same weakness are left ' +
      'out; a server that refuses at once costs one connection. Asked with --weak-ciphers, and without it at a web server that accepts a TLS ' +
      'older than 1.2; never in a mail session with STARTTLS. It warns, since clients of today choose better; where nothing better is ' +
      'offered, tls.key-exchange-refused or tls.alert says so.',
    next:
      'Leave them out (nginx: "ssl_ciphers" with the suites of Mozilla’s "intermediate" list; Apache: "SSLCipherSuite"; Postfix: ' +
      '"smtpd_tls_exclude_ciphers"; Windows: the order of cipher suites in the group policy), on the server and on every load balancer before it. ' +
      'To see it by hand: openssl s_client -cipher 3DES:RC4:NULL:aNULL@SECLEVEL=0 -tls1_2 -connect HOST:PORT, from a build that has them.',
    references: ['RFC 9325 §4.1', 'RFC 7465 (RC4)', 'RFC 8429 (3DES)', 'https://sweet32.info'],
  },
} satisfies Partial<Record<CauseCode, Cause>>;

/** Documentation of every cause of TLS. */
const causes: CauseGroup<'tls'>['causes'] = {
  ...handshakeCauses,
  ...tlsCertificateCauses,
  ...tlsClientCauses,
};

export const tlsCauses: CauseGroup<'tls'> = {
  title: 'TLS',
  about: 'The handshake fails, or the certificate is not what clients accept.',
  causes,
};
