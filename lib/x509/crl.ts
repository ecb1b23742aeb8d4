/**
 * A certificate revocation list (RFC 5280 §5), as far as it decides about certificates of one issuer: complete lists and
 * partitions of them, signed by the issuer itself. Indirect lists and delta lists are not used; the reason is told.
 * Bytes of a peer: nothing is trusted before the signature, nothing recurses, and no entry is copied.
 */
import { nameKey, type ParsedCertificate, readExtensions } from './certificate.ts';
import { type Der, readAll, readDer, readSequence, TAG, timeText } from './der.ts';
import { tbsFields } from './ocsp.ts';
import type { RevocationStatus } from './revocation.ts';
import { reasonName, SKEW_MS } from './revocation-rules.ts';
import { type DistributionPoint, fullNames } from './revocation-sources.ts';
import { verifiesData } from './signed-data.ts';

/** A list that is rightly signed by an issuer. */
export interface Crl {
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly bytes: number;
  /** Content of revokedCertificates; empty when nothing is revoked. */
  readonly entries: Buffer;
  readonly scope: Scope;
}

/** IssuingDistributionPoint (§5.2.5). */
interface Scope {
  readonly urls: readonly string[];
  readonly only?: 'servers and persons' | 'authorities' | 'attributes';
  readonly someReasons: boolean;
}

const CRL_SIGN = 6;
const EXTENSION = {
  reason: '2.5.29.21',
  deltaIndicator: '2.5.29.27',
  issuingPoint: '2.5.29.28',
} as const;

/** The list, or why it can't be used for this issuer's certificates, as half a sentence. Dates are judged in `crlStatus`. */
export function readCrl(
  bytes: Buffer,
  issuer: ParsedCertificate,
): { readonly crl: Crl } | { readonly useless: string } {
  const [tbs, algorithm, signature] = readSequence(bytes) ?? [];
  if (!tbs || !algorithm || signature?.tag !== TAG.bitString)
    return { useless: 'it is no list that can be read' };
  const fields = readAll(tbs.content) ?? [];
  if (fields[0]?.tag === TAG.integer) fields.shift();
  const [inner, name, from, ...rest] = fields;
  const thisUpdate = timeText(from);
  if (!inner || !name || thisUpdate === undefined) return { useless: 'it is no list that can be read' };
  if (nameKey(name) !== issuer.subjectKey) return { useless: 'it is the list of another issuer' };
  const nextUpdate = timeText(rest[0]);
  // §5.1.2.5 requires it; without it a replayed list could not be told from a new one.
  if (nextUpdate === undefined) return { useless: 'it does not say when the next list comes' };
  const extensions = readExtensions(rest.find(({ tag }) => tag === 0xa0));
  if (!extensions) return { useless: 'its extensions can’t be read' };
  if (extensions.values.has(EXTENSION.deltaIndicator))
    return { useless: 'it is a delta list, which says nothing by itself' };
  const unknown = extensions.unknownCritical.filter((oid) => oid !== EXTENSION.issuingPoint);
  if (unknown.length > 0)
    return { useless: `it has a critical extension that is not known (${unknown.join(', ')})` };
  const scope = scopeOf(extensions.values.get(EXTENSION.issuingPoint));
  if (typeof scope === 'string') return { useless: scope };
  const { keyUsage } = issuer;
  if (keyUsage && !keyUsage[CRL_SIGN])
    return { useless: 'its issuer’s certificate does not permit it to sign lists' };
  if (!inner.whole.equals(algorithm.whole) || !isSigned(tbs, algorithm, signature, issuer))
    return { useless: 'it is not signed by the issuer' };
  const revoked = rest.find(({ tag }) => tag === TAG.sequence);
  return {
    crl: { thisUpdate, nextUpdate, bytes: bytes.length, entries: revoked?.content ?? Buffer.alloc(0), scope },
  };
}

function isSigned(tbs: Der, algorithm: Der, signature: Der, { x509 }: ParsedCertificate): boolean {
  try {
    return verifiesData(x509.publicKey, algorithm, tbs.whole, signature);
  } catch {
    return false;
  }
}

/** [0] distributionPoint, [1] onlyContainsUserCerts, [2] onlyContainsCACerts, [3] onlySomeReasons, [4] indirectCRL, [5] onlyContainsAttributeCerts. */
function scopeOf(value: Buffer | undefined): Scope | string {
  if (value === undefined) return { urls: [], someReasons: false };
  const fields = readSequence(value);
  if (!fields) return 'its scope can’t be read';
  const isTrue = (tag: number): boolean =>
    fields.some((field) => field.tag === tag && field.content[0] !== undefined && field.content[0] !== 0);
  if (isTrue(0x84)) return 'it is an indirect list, of several issuers';
  const only = isTrue(0x81)
    ? 'servers and persons'
    : isTrue(0x82)
      ? 'authorities'
      : isTrue(0x85)
        ? 'attributes'
        : undefined;
  return {
    urls: fullNames(fields.find(({ tag }) => tag === 0xa0)),
    ...(only && { only }),
    someReasons: fields.some(({ tag }) => tag === 0x83),
  };
}

/** What the list says of a certificate, at `now` (epoch ms). */
export function crlStatus(
  crl: Crl,
  certificate: ParsedCertificate,
  point: DistributionPoint,
  now: number,
): RevocationStatus {
  const { thisUpdate, nextUpdate, scope } = crl;
  const dates = { thisUpdate, nextUpdate };
  const unknown = (detail: string): RevocationStatus => ({ status: 'unknown', ...dates, detail });
  if (Date.parse(thisUpdate) > now + SKEW_MS) return unknown('it is not valid yet');
  if (Date.parse(nextUpdate) + SKEW_MS <= now)
    return unknown(`it is out of date: a new one was due on ${nextUpdate.slice(0, 16)}Z`);
  const isAuthority = certificate.basicConstraints?.ca === true;
  if (scope.only !== undefined && (scope.only === 'authorities') !== isAuthority)
    return unknown(`it is for ${scope.only} alone`);
  if (scope.only === 'attributes') return unknown('it is for attributes alone');
  // §6.3.3 b 2 i: a partition counts only for certificates that name it.
  if (scope.urls.length > 0 && !scope.urls.some((url) => point.urls.includes(url)))
    return unknown('it is another part of the issuer’s list than the certificate names');
  const serial = tbsFields(certificate.x509)[0];
  if (!serial) return unknown('the certificate has no serial number');
  const found = findEntry(crl.entries, serial.content);
  if (found === 'malformed') return unknown('its entries can’t be read');
  if (found !== undefined) return { status: 'revoked', ...dates, ...found };
  return scope.someReasons || point.someReasons
    ? unknown('the certificate is not in it, and it has revocations for some reasons only')
    : { status: 'good', ...dates };
}

/**
 * Walks all entries, some hundred thousand in a large list, without an object for each: revokedCertificates is a sequence of
 * userCertificate INTEGER, revocationDate, extensions.
 */
function findEntry(
  entries: Buffer,
  serial: Buffer,
): Pick<RevocationStatus, 'revokedAt' | 'reason'> | 'malformed' | undefined {
  let at = 0;
  while (at < entries.length) {
    const start = contentStart(entries, at, TAG.sequence);
    if (start < 0) return 'malformed';
    const end = start + lengthAt(entries, at);
    const own = contentStart(entries, start, TAG.integer);
    if (end > entries.length || own < 0) return 'malformed';
    const length = lengthAt(entries, start);
    if (own + length > end) return 'malformed';
    if (length === serial.length && entries.compare(serial, 0, length, own, own + length) === 0)
      return entryFacts(entries.subarray(start, end));
    at = end;
  }
  return undefined;
}

/** Where the content of the element at `at` begins; -1 when it is cut short or has another tag. */
function contentStart(bytes: Buffer, at: number, tag: number): number {
  const first = bytes[at + 1];
  if (bytes[at] !== tag || first === undefined) return -1;
  if (first < 0x80) return at + 2;
  const octets = first & 0x7f;
  return octets === 0 || octets > 3 || at + 2 + octets > bytes.length ? -1 : at + 2 + octets;
}

/** Of an element whose header `contentStart` has accepted. */
function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return first < 0x80 ? first : bytes.readUIntBE(at + 2, first & 0x7f);
}

function entryFacts(content: Buffer): Pick<RevocationStatus, 'revokedAt' | 'reason'> {
  const [, date, list] = readAll(content) ?? [];
  const revokedAt = timeText(date);
  const reason = list && readExtensions({ ...list, content: list.whole })?.values.get(EXTENSION.reason);
  const number = reason && readDer(reason)?.content[0];
  return {
    ...(revokedAt !== undefined && { revokedAt }),
    ...(number !== undefined && { reason: reasonName(number) }),
  };
}
