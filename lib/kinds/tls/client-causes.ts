import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from '../contract/cause.ts';

/** Causes that the table of clients (lib/kinds/connection/clients.ts) decides: all browsers refuse: fail; some, or programs only: warn. */
export const tlsClientCauses = {
  'tls.key-exchange-refused': {
    code: 'tls.key-exchange-refused',
    summary: 'The server agrees keys, or encrypts, only in ways that browsers refuse.',
    proof:
      'A handshake that offers what all current browsers offer failed, and one with all that OpenSSL knows came to DHE (of any ' +
      'size), to a group such as P-521, X448 or ffdhe2048, or to a cipher that browsers dropped. The group and its size are in the ' +
      'summary; a Diffie-Hellman group too small for OpenSSL is read from the server’s own message. Where some browsers accept it, ' +
      'it warns and names those that don’t.',
    next:
      'Permit ECDHE with X25519 and P-256, and AES-GCM or ChaCha20 (nginx: "ssl_ecdh_curve X25519:prime256v1:secp384r1;" and the ' +
      'suites of Mozilla’s "intermediate" list), on the server and on every load balancer before it.',
    references: ['RFC 9325 §4.1', 'RFC 8446 §9.1', 'RFC 7919'],
  },
  'tls.handshake-signature-refused': {
    code: 'tls.handshake-signature-refused',
    summary: 'The server signs the handshake with SHA-1 only, which clients refuse.',
    proof:
      'A handshake with the signatures that all browsers offer failed; in one that offers SHA-1 too, the server’s key exchange ' +
      'message is signed with rsa_pkcs1_sha1 or ecdsa_sha1. This is the handshake’s signature, not the certificate’s.',
    next: 'Update the TLS library of the server, or lift the setting that limits its signature algorithms: SHA-256 has been in use since TLS 1.2.',
    references: ['RFC 9155', 'RFC 5246 §7.4.1.4.1'],
  },
  'tls.key-refused': {
    code: 'tls.key-refused',
    summary: 'A key of the certificate’s path is of a type that browsers refuse.',
    proof:
      'A handshake with the signatures that all browsers offer failed, and the certificate’s key is DSA, RSA-PSS (as a key type), ' +
      'Ed25519, Ed448, P-521 or on another curve. Or a certificate on the path is signed with DSA, Ed25519, Ed448 or a key on such a ' +
      'curve. Where some browsers accept it, it warns and names those that don’t.',
    next: 'Make a new key (ECDSA P-256, or RSA of 2048 bits or more) and have a certificate issued for it.',
    references: ['CA/Browser Forum Baseline Requirements §6.1.1.3', 'RFC 8446 §4.2.3'],
  },
  'tls.key-usage-refused': {
    code: 'tls.key-usage-refused',
    summary: 'The certificate does not permit its key for the key exchange that the server uses.',
    proof:
      'keyUsage lacks digitalSignature while the server signs (TLS 1.3, ECDHE, DHE), or lacks keyEncipherment while the session key ' +
      'is sent under the server’s RSA key. OpenSSL and curl do not look; Chrome (ERR_SSL_KEY_USAGE_INCOMPATIBLE), GnuTLS and Java refuse.',
    next: 'Have the certificate issued again with digitalSignature in its key usage (and keyEncipherment, if old clients need RSA key exchange).',
    references: ['RFC 5280 §4.2.1.3', 'RFC 5246 §7.4.2', 'RFC 8446 §4.4.2.2'],
  },
  'tls.cert-name-refused': {
    code: 'tls.cert-name-refused',
    summary: 'The host is covered by a form of name that some clients refuse.',
    proof:
      'The only name that covers the host is a wildcard over a single label ("*.example"): it would cover a whole top-level ' +
      'domain, and browsers, curl, OpenSSL and GnuTLS do not match it; Java does.',
    next: 'Issue a certificate with the host’s own name.',
    references: ['RFC 9525 §6.3', 'RFC 9525 §7.1'],
  },
  'tls.cert-malformed': {
    code: 'tls.cert-malformed',
    summary: 'The certificate’s list of names is malformed, and clients refuse the whole certificate for it.',
    proof:
      'subjectAltName is empty or unreadable, has an address of neither 4 nor 16 bytes, or a DNS name that is not in ASCII. Chrome ' +
      'refuses such a certificate (ERR_CERT_INVALID) even if another name in it matches; curl and OpenSSL do not look at the others. ' +
      'With an empty or unreadable list no browser finds a name, so it fails and is not told as a wrong name too.',
    next: 'Have the certificate issued again; international names go in as A-labels (xn--…), addresses as 4 or 16 bytes.',
    references: ['RFC 5280 §4.2.1.6'],
  },
  'tls.cert-revoked': {
    code: 'tls.cert-revoked',
    summary: 'The authority has revoked the certificate, or one that issued it.',
    proof:
      'The stapled OCSP response is signed by the issuer (or by a signer it named), in date, for this certificate’s serial number, ' +
      'and its status is "revoked"; this is judged always. With --revocation the list (CRL) that the certificate names is fetched, and ' +
      'where that decides nothing its OCSP responder is asked: the list is signed by the issuer, in date, and has the serial number. ' +
      'The summary has the day, the reason and the source. A staple, list or response that is foreign, out of date, wrongly signed or not ' +
      'to be had does not count, and is told as a fact. Firefox (CRLite) and Safari refuse a revoked certificate of a public authority, ' +
      'Chrome only one that is in its CRLSets; of a staple Chrome and Firefox take notice.',
    next: 'Have a new certificate issued with a new key, install it, and ask the authority why the old one was revoked.',
    references: [
      'RFC 5280 §6.3',
      'RFC 6960 §4.2.2',
      'RFC 6066 §8',
      'blog.mozilla.org/security/tag/crlite',
      'chromium.org/Home/chromium-security/crlsets',
    ],
  },
  'tls.chain-ambiguous': {
    code: 'tls.chain-ambiguous',
    summary: 'Some clients follow the wrong one of several certificates of one issuer, and fail.',
    proof:
      'Two certificates carry the issuer’s name and key: one leads to a valid path, the other is expired, not yet valid, weakly ' +
      'signed or not permitted. Browsers and Java try both; OpenSSL takes the first that is valid now (trusted ones first), ' +
      'GnuTLS the first that is sent. The summary names who fails and on what.',
    next: 'Take the stale certificate out of the chain file, or put the valid one first. A cross-signed root that expired is no longer needed.',
    references: ['RFC 4158 §2.4', 'RFC 8446 §4.4.2'],
  },
  'tls.chain-too-long': {
    code: 'tls.chain-too-long',
    summary: 'More certificates are sent than some clients read.',
    proof:
      'Java 17 refuses a chain of more than 10 certificates by default, Firefox a path of so many, GnuTLS a chain of more than 16.',
    next: 'Send the server’s certificate and the intermediates on the way to the root, and nothing else.',
    references: ['RFC 8446 §4.4.2'],
  },
  'tls.no-secure-renegotiation': {
    code: 'tls.no-secure-renegotiation',
    summary: 'The server does not know secure renegotiation, and programs on OpenSSL 3 refuse it.',
    proof:
      'OpenSSL 3 ended the first handshake with "unsafe legacy renegotiation disabled": the ServerHello has no renegotiation_info. ' +
      'With SSL_OP_LEGACY_SERVER_CONNECT, which is how browsers behave, a second handshake was completed. In mail (smtps, STARTTLS) ' +
      'the one handshake is made like that, and the ServerHello is read as it came: TLS 1.2 or older, and no renegotiation_info.',
    next: 'Update the TLS library of the server (RFC 5746 is of 2010). Inspecting firewalls and old load balancers are often the reason.',
    references: ['RFC 5746 §4.1'],
  },
  'tls.no-forward-secrecy': {
    code: 'tls.no-forward-secrecy',
    summary: 'The server sends session keys under its RSA key only.',
    proof:
      'ECDHE was offered first and the server chose an RSA key exchange. Browsers still accept it; Go does not by default.',
    next: 'Permit ECDHE suites on the server, before RSA key exchange or in its place.',
    references: ['RFC 9325 §4.1'],
  },
} satisfies Partial<Record<CauseCode, Cause>>;
