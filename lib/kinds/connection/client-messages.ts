import { catalogue, sentences } from '../contract/sentences.ts';

/** What browsers, or stricter programs, refuse in a handshake that was completed here. */
export const clientCatalogue = catalogue('client', {
  /** `seen` is what the server does, `refusal` which clients refuse it. */
  refused: '{host} {seen}: {refusal}.',
  refusesBrowsers:
    '{host} answers a handshake of what current browsers offer with {answer}, and takes one of older algorithms ({cipher}).',
  dheAlone: 'agrees keys by DHE alone',
  dheAloneWithGroup: 'agrees keys by DHE alone, with a group of {bits} bits',
  groupAlone: 'agrees keys with the group {group} alone',
  cipherAlone: 'encrypts with {cipher} alone',
  keyOfType: 'has a key of the type {type} with {bits} bits',
  keyOnCurve: 'has a key on the elliptic curve {curve}',
  signatureAlone: 'signs the handshake with {signature} alone',
  unknownCipher: 'unknown cipher',
  allBrowsers: 'all current browsers',
  listed: '{,first} and {last}',
  refusesIt: '{client} refuses it',
  refuseIt: '{clients} refuse it',
  client: '{name}',
  rsaWithoutEncipherment:
    'exchanges keys by RSA encryption, and its certificate does not permit the key for that (keyUsage lacks keyEncipherment)',
  signedWithoutSignature:
    'exchanges keys by {type}, signed by the server, and its certificate does not permit the key for that (keyUsage lacks digitalSignature)',
  wildcardOverOneLabel: 'is covered by a wildcard over a single label alone',
  malformedCertificate: 'shows a malformed certificate ({detail})',
  firstValid:
    'sends, or leads to, several certificates of one issuer, and a client that takes the first one valid now ends on a path that fails ({detail}), where browsers find a valid one',
  firstSent:
    'sends, or leads to, several certificates of one issuer, and a client that takes the first one sent ends on a path that fails ({detail}), where browsers find a valid one',
  manyCertificates: 'sends {count} certificates',
  smallRoot: 'leads to the root {subject}, which has an RSA key of {bits} bits',
  signedWith: 'depends on the certificate {subject}, which is signed with {algorithm}',
  signedOnCurve:
    'depends on the certificate {subject}, which is signed with a key on the elliptic curve {curve}',
  anyPurpose:
    'depends on the certificate {subject}, which is for any purpose and does not name that of a TLS server (its extended key usage lacks serverAuth)',
  revoked: 'staples an OCSP response, rightly signed and in date, that says its certificate is revoked',
  revokedSince:
    'staples an OCSP response, rightly signed and in date, that says its certificate was revoked on {when} ({reason})',
  noReason: 'no reason given',
  noSecureRenegotiation: 'does not know secure renegotiation (RFC 5746); browsers connect all the same',
  noForwardSecrecy:
    "{host} exchanges keys by RSA encryption alone: browsers connect, but who gets the server's key can read all traffic recorded before.",
});
export const clientSentence = sentences(clientCatalogue);
