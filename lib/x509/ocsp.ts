/** Asks for, and reads, an OCSP response (RFC 6960) for one certificate, stapled or not. Only one that is rightly signed and in date counts. */
import { createHash, X509Certificate } from 'node:crypto';
import { type ParsedCertificate, parseCertificate, signedBy } from './certificate.ts';
import { type Der, oidText, readAll, readDer, readSequence, TAG, timeText } from './der.ts';
import type { RevocationStatus } from './revocation.ts';
import { reasonName, SKEW_MS } from './revocation-rules.ts';
import { verifiesData } from './signed-data.ts';

export type StapleStatus = 'good' | 'revoked' | 'unknown';

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** Responses in one staple and certificates sent with it that are looked at. */
const MAX_RESPONSES = 20;
const MAX_SIGNERS = 5;

/** `undefined` for a response that says nothing reliable of this certificate: unreadable, foreign, out of date, unsigned. */
export function stapleStatus(
  response: Buffer,
  leaf: ParsedCertificate,
  issuer: ParsedCertificate,
  now: number,
): OcspStatus | undefined {
  const read = readOcspResponse(response, leaf, issuer, now);
  return 'useless' in read ? undefined : read;
}

export interface OcspStatus extends Omit<RevocationStatus, 'status' | 'detail'> {
  readonly status: StapleStatus;
}

/** What a response says, or why it says nothing reliable of this certificate, as half a sentence. */
export function readOcspResponse(
  response: Buffer,
  leaf: ParsedCertificate,
  issuer: ParsedCertificate,
  now: number,
): OcspStatus | { readonly useless: string } {
  const refusal = refusalOf(response);
  if (refusal !== undefined) return { useless: refusal };
  const [data, algorithm, signature, certificates] = basicResponse(response) ?? [];
  if (!data || !algorithm || signature?.tag !== TAG.bitString)
    return { useless: 'the answer is no OCSP response that can be read' };
  const fields = readAll(data.content) ?? [];
  const responses = fields.find(({ tag }, at) => tag === TAG.sequence && at > 0);
  const single = (readAll(responses?.content ?? Buffer.alloc(0)) ?? [])
    .slice(0, MAX_RESPONSES)
    .map((each) => readAll(each.content) ?? [])
    .find(([id]) => id && isFor(id, leaf, issuer));
  const [, status, from, ...rest] = single ?? [];
  if (!status) return { useless: 'the response is for another certificate' };
  const thisUpdate = timeText(from);
  const next = rest.find(({ tag }) => tag === 0xa0);
  const nextUpdate = next && timeText(readDer(next.content));
  if (thisUpdate === undefined || Date.parse(thisUpdate) > now + SKEW_MS)
    return { useless: 'the response is not valid yet' };
  if (nextUpdate !== undefined && Date.parse(nextUpdate) + SKEW_MS <= now)
    return { useless: `the response is out of date (it was valid until ${nextUpdate.slice(0, 16)}Z)` };
  if (!isSigned(data, algorithm, signature, certificates, issuer, now))
    return { useless: 'the response is signed neither by the issuer nor by a signer that it named' };
  const dates = { thisUpdate, ...(nextUpdate !== undefined && { nextUpdate }) };
  // [0] good, [1] revoked, [2] unknown; revoked is constructed.
  switch (status.tag & 0x1f) {
    case 0:
      return { status: 'good', ...dates };
    case 1:
      return { status: 'revoked', ...dates, ...revokedInfo(status) };
    default:
      return { status: 'unknown', ...dates };
  }
}

/** RevokedInfo: the time, and [0] the reason. */
function revokedInfo({ content }: Der): Pick<RevocationStatus, 'revokedAt' | 'reason'> {
  const [at, why] = readAll(content) ?? [];
  const revokedAt = timeText(at);
  const number = why?.tag === 0xa0 ? readDer(why.content)?.content[0] : undefined;
  return {
    ...(revokedAt !== undefined && { revokedAt }),
    ...(number !== undefined && { reason: reasonName(number) }),
  };
}

/** OCSPResponseStatus (§4.2.1) of a responder that gives no answer. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'the responder says malformedRequest',
  2: 'the responder says internalError',
  3: 'the responder says tryLater',
  5: 'the responder says sigRequired',
  6: 'the responder says unauthorized, as one does that has no answer for this certificate',
};

function refusalOf(response: Buffer): string | undefined {
  const [status] = readSequence(response) ?? [];
  return status?.tag === ENUMERATED && status.content.length === 1
    ? REFUSALS[status.content[0] ?? 0]
    : undefined;
}

/** A request (§4.1.1) for one certificate, without nonce: responders answer from a cache. */
export function ocspRequest(certificate: ParsedCertificate, issuer: ParsedCertificate): Buffer | undefined {
  const serial = tbsFields(certificate.x509)[0];
  const key = readAll(tbsFields(issuer.x509)[5]?.content ?? Buffer.alloc(0))?.[1];
  const name = tbsFields(certificate.x509)[2];
  if (!serial || !key || !name) return undefined;
  const digest = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();
  const id = sequence(
    sequence(Buffer.from('06052b0e03021a0500', 'hex')),
    element(TAG.octetString, digest(name.whole)),
    element(TAG.octetString, digest(key.content.subarray(1))),
    serial.whole,
  );
  return sequence(sequence(sequence(sequence(id))));
}

const ENUMERATED = 0x0a;
const sequence = (...parts: readonly Buffer[]): Buffer => element(TAG.sequence, Buffer.concat(parts));

/** DER of a value shorter than 64 KiB. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
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

/** Fields of TBSCertificate from the serial number on: serial, signature, issuer, validity, subject, key. */
export function tbsFields(certificate: X509Certificate): Der[] {
  const fields = readAll(readSequence(certificate.raw)?.[0]?.content ?? Buffer.alloc(0)) ?? [];
  return fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
}

/** By the issuer itself, or by a signer that the issuer certified for it (§4.2.2.2). */
function isSigned(
  data: Der,
  algorithm: Der,
  signature: Der,
  certificates: Der | undefined,
  issuer: ParsedCertificate,
  now: number,
): boolean {
  const verifies = (certificate: X509Certificate): boolean => {
    try {
      return verifiesData(certificate.publicKey, algorithm, data.whole, signature);
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
      Date.parse(signer.facts.notBefore) <= now + SKEW_MS &&
      now <= Date.parse(signer.facts.notAfter) + SKEW_MS &&
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
