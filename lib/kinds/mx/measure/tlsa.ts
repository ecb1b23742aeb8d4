/** TLSA records of mail servers (RFC 7672 §2, RFC 6698), and which certificates fit them. */
import { createHash, type X509Certificate } from 'node:crypto';
import { isDenial } from '../../../net/dns-codes.ts';
import type { Resolver } from '../../../net/network-access.ts';
import { MX_PORT } from '../../smtp/mx-port.ts';
import type { TlsaRecord, TlsaSet } from '../observation.ts';
import { sharedInRun } from './shared.ts';

/** Hex digits of a record that are kept as evidence: a SHA-512. */
const SHOWN_DIGITS = 128;
/** RFC 6698 §2.1.1: the certificate of the server itself, or one that issued it. */
export const DANE_TA = 2;
export const DANE_EE = 3;

export interface FoundTlsa {
  readonly facts: TlsaSet;
  /** The records with all of their data. */
  readonly whole: readonly TlsaRecord[];
}
export type TlsaLookUp = Promise<FoundTlsa | undefined>;

/**
 * The records of an exchange with what their signatures are worth; `undefined` where there are none. One question where DNS denies
 * them, as for most servers; signatures are verified only where records came, or no answer, since a bogus one comes as SERVFAIL.
 */
export function tlsaOf(exchange: string, resolver: Resolver): TlsaLookUp {
  const name = `_${MX_PORT}._tcp.${exchange}`;
  const isSettled = (found: FoundTlsa | undefined): boolean =>
    found === undefined || found.facts.status === 'secure' || found.facts.status === 'insecure';
  return sharedInRun(resolver, `TLSA ${name}`, () => look(name, resolver), isSettled);
}

async function look(name: string, resolver: Resolver): TlsaLookUp {
  const plain = await resolver.ask(name, 'TLSA');
  if (isDenial(plain.code) || plain.code === 'BADNAME') return undefined;
  const { status, code, records, zone, reason, fault } = await resolver.validate(name, 'TLSA');
  if (isDenial(code) && status !== 'bogus') return undefined;
  const whole = (records.length > 0 ? records : plain.records).flatMap(parseTlsa);
  if (whole.length === 0 && status !== 'bogus') return undefined;
  const facts: TlsaSet = {
    name,
    status,
    code,
    records: whole.map((record) => ({ ...record, data: record.data.slice(0, SHOWN_DIGITS) })),
    ...(zone !== undefined && { zone }),
    ...(reason !== undefined && { reason }),
    ...(fault !== undefined && { fault }),
  };
  return { facts, whole };
}

/** `3 1 1 0B9FA5…` */
function parseTlsa(text: string): TlsaRecord[] {
  const match = /^(\d{1,3}) (\d{1,3}) (\d{1,3}) ([0-9a-f]*)$/i.exec(text);
  if (match === null) return [];
  const [, usage, selector, matching, data = ''] = match;
  return [
    {
      usage: Number(usage),
      selector: Number(selector),
      matching: Number(matching),
      data: data.toLowerCase(),
    },
  ];
}

/**
 * Does the chain fit the record? For DANE-EE the server's own certificate alone is compared, for DANE-TA one that issued it and was
 * sent (RFC 7672 §3.1); usages 0 and 1 are not for SMTP (§3.1.3).
 *
 * @param sent leaf first
 */
export function fitsTlsa(record: TlsaRecord, sent: readonly X509Certificate[]): boolean {
  const [leaf] = sent;
  if (leaf === undefined) return false;
  switch (record.usage) {
    case DANE_EE:
      return isAssociated(record, leaf);
    case DANE_TA:
      return issuersOf(leaf, sent).some((issuer) => isAssociated(record, issuer));
    default:
      return false;
  }
}

/** The certificates that lead up from the leaf, each signed by the next. */
function issuersOf(leaf: X509Certificate, sent: readonly X509Certificate[]): X509Certificate[] {
  const path: X509Certificate[] = [];
  let last = leaf;
  for (;;) {
    const next = sent.find(
      (one) => one !== last && one !== leaf && !path.includes(one) && isIssuer(one, last),
    );
    if (next === undefined) return path;
    path.push(next);
    last = next;
  }
}

function isIssuer(issuer: X509Certificate, of: X509Certificate): boolean {
  try {
    return issuer.ca && of.checkIssued(issuer) && of.verify(issuer.publicKey);
  } catch {
    // A key that OpenSSL can't read signs nothing.
    return false;
  }
}

function isAssociated({ selector, matching, data }: TlsaRecord, certificate: X509Certificate): boolean {
  const selected = selectedBytes(selector, certificate);
  const algorithm = MATCHING[matching];
  if (selected === undefined || algorithm === undefined) return false;
  const value = algorithm === 'exact' ? selected : createHash(algorithm).update(selected).digest();
  return value.toString('hex') === data;
}

const MATCHING: Readonly<Record<number, 'exact' | 'sha256' | 'sha512' | undefined>> = {
  0: 'exact',
  1: 'sha256',
  2: 'sha512',
};

/** SHA-256 of the server's public key, in hex: with `3 1 1` before it the TLSA record that fits (RFC 7671 §5.1). */
export function keyDigest(sent: readonly X509Certificate[]): string | undefined {
  const [leaf] = sent;
  const key = leaf && selectedBytes(1, leaf);
  return key && createHash('sha256').update(key).digest('hex');
}

/** 0: the whole certificate; 1: its public key (SubjectPublicKeyInfo). */
function selectedBytes(selector: number, certificate: X509Certificate): Buffer | undefined {
  if (selector === 0) return certificate.raw;
  if (selector !== 1) return undefined;
  try {
    return certificate.publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    return undefined;
  }
}
