/** Reads a stapled OCSP response (RFC 6960 §4.2) for one certificate. Only one that is rightly signed and in date counts. */
import { createHash, verify, X509Certificate } from 'node:crypto';
import { type ParsedCertificate, parseCertificate, signedBy } from './certificate.ts';
import { type Der, oidText, readAll, readDer, readSequence, TAG, timeText } from './der.ts';
import { signatureName } from './key-algorithms.ts';

export type StapleStatus = 'good' | 'revoked' | 'unknown';

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** Clocks differ; a response of the next minutes is taken, ms. */
const SKEW_MS = 300_000;
/** Responses in one staple and certificates sent with it that are looked at. */
const MAX_RESPONSES = 20;
const MAX_SIGNERS = 5;

/** `undefined` for a response that says nothing reliable of this certificate: unreadable, foreign, out of date, unsigned. */
export function stapleStatus(
  response: Buffer,
  leaf: ParsedCertificate,
  issuer: ParsedCertificate,
  now: number,
): StapleStatus | undefined {
  const basic = basicResponse(response);
  const [data, algorithm, signature, certificates] = basic ?? [];
  if (!data || !algorithm || signature?.tag !== TAG.bitString) return undefined;
  const fields = readAll(data.content) ?? [];
  const responses = fields.find(({ tag }, at) => tag === TAG.sequence && at > 0);
  const single = (readAll(responses?.content ?? Buffer.alloc(0)) ?? [])
    .slice(0, MAX_RESPONSES)
    .map((each) => readAll(each.content) ?? [])
    .find(([id]) => id && isFor(id, leaf, issuer));
  const [, status, thisUpdate, ...rest] = single ?? [];
  if (!status || !inDate(thisUpdate, rest, now)) return undefined;
  if (!isSigned(data, algorithm, signature, certificates, issuer)) return undefined;
  // [0] good, [1] revoked, [2] unknown; revoked is constructed.
  switch (status.tag & 0x1f) {
    case 0:
      return 'good';
    case 1:
      return 'revoked';
    default:
      return 'unknown';
  }
}

function basicResponse(response: Buffer): Der[] | undefined {
  const [status, bytes] = readSequence(response) ?? [];
  if (status?.content[0] !== 0 || bytes?.tag !== 0xa0) return undefined;
  const [type, value] = readSequence(bytes.content) ?? [];
  if (!type || oidText(type.content) !== BASIC_RESPONSE || value?.tag !== TAG.octetString) return undefined;
  return readSequence(value.content);
}

/** CertID: hash algorithm, hash of the issuer's name, hash of its key, serial number. */
function isFor(id: Der, leaf: ParsedCertificate, issuer: ParsedCertificate): boolean {
  const [algorithm, nameHash, keyHash, serial] = readAll(id.content) ?? [];
  const hash =
    HASHES[oidText(readAll(algorithm?.content ?? Buffer.alloc(0))?.[0]?.content ?? Buffer.alloc(0))];
  if (!hash || !nameHash || !keyHash || !serial) return false;
  const digest = (bytes: Buffer): Buffer => createHash(hash).update(bytes).digest();
  const fields = tbsFields(leaf.x509);
  const above = tbsFields(issuer.x509);
  const ownSerial = fields[0];
  const key = readAll(above[5]?.content ?? Buffer.alloc(0))?.[1];
  return (
    ownSerial !== undefined &&
    key !== undefined &&
    ownSerial.content.equals(serial.content) &&
    digest(above[4]?.whole ?? Buffer.alloc(0)).equals(nameHash.content) &&
    digest(key.content.subarray(1)).equals(keyHash.content)
  );
}

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
};

/** Fields of TBSCertificate from the serial number on. */
function tbsFields(certificate: X509Certificate): Der[] {
  const fields = readAll(readSequence(certificate.raw)?.[0]?.content ?? Buffer.alloc(0)) ?? [];
  return fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
}

function inDate(thisUpdate: Der | undefined, rest: readonly Der[], now: number): boolean {
  const from = timeText(thisUpdate);
  if (from === undefined || Date.parse(from) > now + SKEW_MS) return false;
  const next = rest.find(({ tag }) => tag === 0xa0);
  const until = next && timeText(readDer(next.content));
  return until === undefined || Date.parse(until) + SKEW_MS > now;
}

/** By the issuer itself, or by a signer that the issuer certified for it (§4.2.2.2). */
function isSigned(
  data: Der,
  algorithm: Der,
  signature: Der,
  certificates: Der | undefined,
  issuer: ParsedCertificate,
): boolean {
  const digest = /sha-?(1|256|384|512)/i.exec(signatureName(algorithm))?.[1];
  const verifies = (certificate: X509Certificate): boolean => {
    try {
      const { publicKey } = certificate;
      const hash = publicKey.asymmetricKeyType?.startsWith('ed') ? null : `sha${digest ?? '256'}`;
      return verify(hash, data.whole, publicKey, signature.content.subarray(1));
    } catch {
      return false;
    }
  };
  if (verifies(issuer.x509)) return true;
  const sent = certificates?.tag === 0xa0 ? (readSequence(certificates.content) ?? []) : [];
  return sent.slice(0, MAX_SIGNERS).some(({ whole }) => {
    const signer = readCertificate(whole);
    return (
      signer !== undefined &&
      signer.purposes?.includes(OCSP_SIGNING) === true &&
      signedBy(signer.x509, issuer.x509) &&
      verifies(signer.x509)
    );
  });
}

function readCertificate(der: Buffer): ParsedCertificate | undefined {
  try {
    return parseCertificate(new X509Certificate(der));
  } catch {
    return undefined;
  }
}
