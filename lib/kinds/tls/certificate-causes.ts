import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from '../contract/cause.ts';

/** Causes of certificates: each is judged separately, so one never hides another. */
export const tlsCertificateCauses = {
  'tls.cert-expired': {
    code: 'tls.cert-expired',
    summary: 'A certificate has expired.',
    proof:
      'notAfter of the server’s certificate, of an intermediate on the path to the root, or of the root itself is before the ' +
      'time of the check. Extra certificates that were sent but are on no path do not count. A wrong clock on the prober would ' +
      'show at every target.',
    next:
      'Renew the certificate and reload the server; a renewed file that was not loaded is the usual reason. See why the ' +
      'renewal did not run (ACME client’s log; HTTP-01 needs port 80).',
    references: ['RFC 5280 §4.1.2.5', 'RFC 5280 §6.1.3'],
  },
  'tls.cert-not-yet-valid': {
    code: 'tls.cert-not-yet-valid',
    summary: 'A certificate is not valid yet.',
    proof:
      'notBefore is after the time of the check. Either the certificate was installed too early, the issuer’s clock was ahead, ' +
      'or this machine’s clock is behind.',
    next: 'Wait until it is valid, or install the previous certificate again until then. Check the clocks (NTP).',
    references: ['RFC 5280 §4.1.2.5'],
  },
  'tls.cert-expires-soon': {
    code: 'tls.cert-expires-soon',
    summary: 'A certificate on the path expires soon.',
    proof:
      'Days from the time of the check to a notAfter on the path, below the warning limit: a third of that certificate’s lifetime, ' +
      'at most 30 days, unless set otherwise. Below the failing limit, where one is set, it fails.',
    next: 'Renew now, and see why it was not renewed by itself: ACME clients renew at two thirds of the lifetime.',
    references: ['RFC 5280 §4.1.2.5'],
  },
  'tls.cert-name-mismatch': {
    code: 'tls.cert-name-mismatch',
    summary: 'The certificate does not cover the host name.',
    proof:
      'No dNSName (or for an address no iPAddress) of subjectAltName matches the host that was asked for, by the rules of RFC 9525, as ' +
      'browsers do: the common name does not count, and a wildcard is the whole leftmost label and covers one label only. The ' +
      'names are in the evidence. A certificate of another organisation means that ' +
      'another server answers: NAT, DNS or a default site.',
    next:
      'If the right server answers: issue a certificate with this name and see that the site for the name uses it (SNI). If not: ' +
      'follow DNS and NAT to the server that answered.',
    references: ['RFC 9525 §6', 'RFC 5280 §4.2.1.6'],
  },
  'tls.cert-self-signed': {
    code: 'tls.cert-self-signed',
    summary: 'The server’s certificate is self-signed.',
    proof:
      'Issuer and subject are the same, its own key verifies its signature, and it is not among the trust anchors. It is often ' +
      'what an appliance ships with: the real certificate was never installed, or the default site answers.',
    next:
      'Install a certificate of a public authority (ACME, free of charge). For an inner service on purpose: give the check the ' +
      'certificate with --ca.',
    references: ['RFC 5280 §6.1'],
  },
  'tls.cert-untrusted-root': {
    code: 'tls.cert-untrusted-root',
    summary: 'The chain leads to a root that clients do not trust.',
    proof:
      'The path of certificates as sent ends at a self-signed root that is not in Mozilla’s list nor given with --ca; or at an ' +
      'intermediate whose issuer was not sent and is not trusted, which is how a private root that is (rightly) not sent looks. Where ' +
      'an anchor was given with --ca, or the certificate says that a public authority issued it, that is tls.chain-incomplete. ' +
      'A TLS-inspecting firewall before the server has such a root too.',
    next:
      'Use a certificate of a public authority for what the internet must reach. If the root is private on purpose, give it to ' +
      'the check with --ca FILE. If the issuer is not your own, look for an inspecting device.',
    references: ['RFC 5280 §6.1', 'RFC 8446 §4.4.2'],
  },
  'tls.chain-incomplete': {
    code: 'tls.chain-incomplete',
    summary: 'The server does not send its intermediate certificate.',
    proof:
      'The issuer of the server’s certificate, or of an intermediate that leads to a public root or to one given with --ca, was ' +
      'neither sent nor is it a trusted root. Browsers often work all the same, from ' +
      'a cache or by fetching it; curl, mail servers, phones and programs fail. The chain is taken as it was sent, without roots of ' +
      'this machine. A certificate issued directly by a private root that was not sent looks alike.',
    next:
      'Install the full chain: the file with the server’s certificate followed by the intermediates (nginx: fullchain.pem in ' +
      'ssl_certificate). The evidence names the missing issuer and, where the certificate says so, the URL to fetch it from.',
    references: ['RFC 8446 §4.4.2', 'RFC 5280 §4.2.2.1'],
  },
  'tls.chain-invalid': {
    code: 'tls.chain-invalid',
    summary: 'The chain breaks a rule of path validation, so clients reject it.',
    proof:
      'The certificates lead to a trusted root, but a signature does not verify, an issuer is no CA or may not sign certificates, a ' +
      'path length or name constraint is violated, the certificate is not meant for servers (extended key usage), or a critical ' +
      'extension is unknown. OpenSSL’s own verification rejects the chain too. It warns where only some clients mind: a certificate for ' +
      'any purpose (anyExtendedKeyUsage) that does not name that of a TLS server.',
    next:
      'Have the certificate issued again by an authority that may issue it, and install the chain that comes with it. A bad ' +
      'signature means a damaged file or an intermediate of the same name with another key.',
    references: ['RFC 5280 §6.1', 'RFC 5280 §4.2.1.9', 'RFC 5280 §4.2.1.10', 'RFC 5280 §4.2.1.12'],
  },
  'tls.weak-key': {
    code: 'tls.weak-key',
    summary: 'A certificate on the path has a key that is too small.',
    proof:
      'RSA or DSA below 2048 bits, or an elliptic curve below 224. RSA is judged by the table of clients: below 1024 bits all browsers ' +
      'refuse it, below 2048 Safari, curl and OpenSSL do, and it warns. A trusted root that some clients refuse for its size warns too.',
    next: 'Make a new key (ECDSA P-256, or RSA of 2048 bits or more) and have a certificate issued for it.',
    references: ['CA/Browser Forum Baseline Requirements §6.1.5', 'NIST SP 800-131A'],
  },
  'tls.weak-signature': {
    code: 'tls.weak-signature',
    summary: 'A certificate on the path is signed with a broken digest.',
    proof:
      'The signature algorithm uses MD2, MD5 or SHA-1, for which collisions can be made. A self-signed certificate’s own signature ' +
      'does not count, as nobody relies on it.',
    next: 'Have the certificate issued again; every public authority signs with SHA-256 or better. A private authority must be set to it.',
    references: ['RFC 9155', 'RFC 6194', 'RFC 6151', 'CA/Browser Forum Baseline Requirements §7.1.3.2'],
  },
  'tls.chain-untidy': {
    code: 'tls.chain-untidy',
    summary: 'The chain is complete, but in the wrong order or with certificates that do not belong.',
    proof:
      'Each certificate should certify the one before it. TLS 1.3 clients should put up with another order, TLS 1.2 ones need ' +
      'not. A root that is sent along is permitted and not meant here.',
    next: 'Write the file again: server, then each issuer, without the root and without leftovers of the last renewal.',
    references: ['RFC 8446 §4.4.2', 'RFC 5246 §7.4.2'],
  },
  'tls.staple-missing': {
    code: 'tls.staple-missing',
    summary: 'The certificate demands a stapled OCSP response, and the server sends none.',
    proof:
      'The certificate has the TLS feature extension with status_request ("must-staple"); the client asked for a staple and got ' +
      'none. Clients that keep to it refuse the connection. Just after a restart, servers may not have fetched a response yet.',
    next:
      'Take the must-staple request out of the ACME client’s settings or the certificate request, and renew: public authorities ' +
      'give up OCSP (Let’s Encrypt has no responder since August 2025), so there is nothing to staple. Only where the ' +
      'certificate names a responder that still answers, switching stapling on helps (nginx: ssl_stapling on; Apache: SSLUseStapling on).',
    references: ['RFC 7633', 'RFC 6066 §8', 'letsencrypt.org/2024/12/05/ending-ocsp'],
  },
} satisfies Partial<Record<CauseCode, Cause>>;
