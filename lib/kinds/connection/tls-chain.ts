/** The certificates a server sent, judged: facts, trust, names. Chains that are equal are judged only once. */

import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { isoTime } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import { type ParsedCertificate, parseCertificate } from '../../x509/certificate.ts';
import type { CertificateFacts, Trust } from '../../x509/facts.ts';
import { coveringForm } from '../../x509/host-name.ts';
import { stapleStatus } from '../../x509/ocsp.ts';
import type { Revocation } from '../../x509/revocation.ts';
import { judgeTrust, TLS_USES } from '../../x509/trust.ts';
import type { TrustAnchors } from '../../x509/trust-anchors.ts';
import type { TlsResult } from '../contract/tls-result.ts';

/** The most certificates of a chain that are kept, unless its path continues after them; real ones have two to four. */
export const CHAIN_LIMIT = 16;
/** The most certificates judged: an issuer may come after many that belong to no path. */
const JUDGED_LIMIT = 64;
/** The most certificates counted. */
const COUNT_LIMIT = 200;
/** Chains remembered: enough for the targets of a run, about 10 KB each. */
const REMEMBERED = 512;
const NAMES_REMEMBERED = 64;
const NAMES_SHOWN = 5;
/** Bits of keyUsage (RFC 5280 §4.2.1.3). */
const DIGITAL_SIGNATURE = 0;
const KEY_ENCIPHERMENT = 2;

type NameMatch = NonNullable<TlsResult['nameMatch']>;
type ChainResult = Pick<
  TlsResult,
  | 'chain'
  | 'chainLength'
  | 'trust'
  | 'mustStaple'
  | 'nameMatch'
  | 'keyUses'
  | 'malformed'
  | 'staple'
  | 'revocation'
>;

interface JudgedChain {
  readonly chain: CertificateFacts[];
  readonly trust: Trust;
  readonly links: readonly PathLink[];
  readonly leaf: ParsedCertificate | undefined;
  /** The next certificate of the path, or the anchor: who may say that the leaf is revoked. */
  readonly issuer: ParsedCertificate | undefined;
  /** Until the next date of one of the certificates, epoch ms: after it another path may be better. */
  readonly until: number;
  readonly nameMatches: Map<string, NameMatch>;
}

/** A certificate of a path that leads to a trusted root, and who may say that it is revoked. */
export interface PathLink {
  /** Its place in the chain that was sent. */
  readonly place: number;
  readonly certificate: ParsedCertificate;
  readonly issuer: ParsedCertificate;
}

/** By the list of facts that was made of them: an observation has no certificates, only what was read from them. */
const linksOf = new WeakMap<readonly CertificateFacts[], readonly PathLink[]>();

/**
 * The path's certificates below the trusted one, the server's own first. Empty for a path that leads to no trusted root, and for facts that
 * were read by another process.
 */
export const pathLinks = ({ chain }: Pick<TlsResult, 'chain'>): readonly PathLink[] =>
  (chain && linksOf.get(chain)) ?? [];

/** Least recently used first. */
const judged = new Map<string, JudgedChain>();

/**
 * The chain as it was sent. `getPeerX509Certificate` follows OpenSSL's list of sent certificates;
 * `getPeerCertificate(true)` would append one of our roots. Call it only once for a socket: Node removes the list's entries.
 *
 * @param verifyError OpenSSL's error code for the chain, absent when it accepted it
 * @param staple      OCSP response that came with it
 * @param onChain     gets the certificates as they were sent
 * @param now         epoch ms, for the choice among several paths; validity dates are judged in diagnosis
 */
export function readChain(
  socket: TLSSocket,
  host: string,
  anchors: TrustAnchors,
  verifyError: string | undefined,
  now: number,
  staple: Buffer | undefined,
  onChain?: (sent: readonly X509Certificate[]) => void,
): ChainResult {
  const sent: X509Certificate[] = [];
  let length = 0;
  let key = `${anchors.id} ${verifyError ?? ''}`;
  let certificate = socket.getPeerX509Certificate();
  const leaf = certificate;
  while (certificate && length < COUNT_LIMIT) {
    length += 1;
    if (length <= JUDGED_LIMIT) {
      sent.push(certificate);
      key += ` ${certificate.fingerprint256}`;
    }
    certificate = certificate.issuerCertificate;
  }
  if (!leaf) return {};
  onChain?.(sent);
  const remembered = judged.get(key);
  const known = remembered && now < remembered.until ? remembered : judge(sent, anchors, verifyError, now);
  judged.delete(key);
  judged.set(key, known);
  if (judged.size > REMEMBERED) judged.delete(judged.keys().next().value ?? key);
  return {
    chain: known.chain,
    ...(length > known.chain.length && { chainLength: length }),
    trust: known.trust,
    ...(known.leaf?.mustStaple === true && { mustStaple: true }),
    nameMatch: nameMatchOf(known, host),
    ...leafFacts(known.leaf),
    ...stapleFacts(known, staple, now),
  };
}

function judge(
  sent: readonly X509Certificate[],
  anchors: TrustAnchors,
  verifyError: string | undefined,
  now: number,
): JudgedChain {
  const parsed = sent.map((certificate) => parseCertificate(certificate));
  const readable = parsed.filter(
    (certificate): certificate is ParsedCertificate => certificate !== undefined,
  );
  const trust = trustOf(parsed, readable, anchors, verifyError, now);
  const kept = Math.max(CHAIN_LIMIT, ...(trust.path ?? []).map((index) => index + 1));
  const chain = parsed.slice(0, kept).map((certificate, at) => certificate?.facts ?? bareFacts(sent[at]));
  const links = readLinks(parsed, trust, anchors);
  linksOf.set(chain, links);
  return {
    chain,
    trust,
    links,
    leaf: parsed[0],
    issuer: links[0]?.issuer ?? issuerOf(parsed, trust),
    until: nextDate(readable, now),
    nameMatches: new Map(),
  };
}

/** keyUsage bits that a handshake asks for, and faults of form; nothing for a usual certificate. */
function leafFacts(leaf: ParsedCertificate | undefined): Pick<TlsResult, 'keyUses' | 'malformed'> {
  if (!leaf) return {};
  const { keyUsage, malformed } = leaf;
  return {
    // A key that may do none of these is no server's at all, which is a fault of the chain.
    ...(TLS_USES.some((use) => keyUsage?.[use]) && {
      keyUses: {
        signature: keyUsage?.[DIGITAL_SIGNATURE] === true,
        encipherment: keyUsage?.[KEY_ENCIPHERMENT] === true,
      },
    }),
    ...(malformed.length > 0 && { malformed: [...malformed] }),
  };
}

function stapleFacts(
  { leaf, issuer }: JudgedChain,
  staple: Buffer | undefined,
  now: number,
): Pick<TlsResult, 'staple' | 'revocation'> {
  const read = staple && leaf && issuer ? stapleStatus(staple, leaf, issuer, now) : undefined;
  if (read === undefined) return {};
  if (read.status !== 'revoked') return { staple: read.status };
  const revoked: Revocation = { certificate: 0, source: 'staple', ...read };
  return { staple: read.status, revocation: [revoked] };
}

/** The issuer of a leaf whose path leads to no trusted root; it was sent. */
function issuerOf(
  parsed: readonly (ParsedCertificate | undefined)[],
  trust: Trust,
): ParsedCertificate | undefined {
  const next = trust.path?.[1];
  return next === undefined ? undefined : parsed[next];
}

function readLinks(
  parsed: readonly (ParsedCertificate | undefined)[],
  { status, path = [], anchor }: Trust,
  anchors: TrustAnchors,
): PathLink[] {
  if (status !== 'anchored') return [];
  return path.flatMap((place, depth) => {
    const certificate = parsed[place];
    const next = path[depth + 1];
    // The trusted one itself may have been sent; it has no issuer here, and nobody revokes it.
    const isTrusted = certificate && next === undefined && certificate.facts.subject === anchor;
    if (!certificate || isTrusted) return [];
    const issuer =
      next === undefined
        ? anchors.find(certificate.issuerKey).find(({ facts }) => facts.subject === anchor)
        : parsed[next];
    return issuer ? [{ place, certificate, issuer }] : [];
  });
}

/** A malformed certificate makes the chain invalid only if no sound path avoids it. */
function trustOf(
  parsed: readonly (ParsedCertificate | undefined)[],
  readable: readonly ParsedCertificate[],
  anchors: TrustAnchors,
  verifyError: string | undefined,
  now: number,
): Trust {
  const unreadable = parsed.indexOf(undefined);
  if (unreadable < 0) return judgeTrust(readable, anchors, verifyError, now);
  const malformed: Trust = {
    status: 'chain-invalid',
    detail: `certificate ${unreadable + 1} of the chain is malformed`,
  };
  if (unreadable === 0) return malformed;
  const trust = judgeTrust(readable, anchors, verifyError, now);
  if (trust.status !== 'anchored' || !trust.path) return malformed;
  return { ...trust, path: trust.path.map((index) => parsed.indexOf(readable[index])) };
}

/** The next date on which one of the certificates becomes valid or expires, epoch ms. */
function nextDate(certificates: readonly ParsedCertificate[], now: number): number {
  const dates = certificates.flatMap(({ facts }) => [
    Date.parse(facts.notBefore),
    Date.parse(facts.notAfter),
  ]);
  return Math.min(...dates.filter((date) => date > now));
}

/** What OpenSSL reads from a certificate that our reader can't read. */
function bareFacts(certificate: X509Certificate | undefined): CertificateFacts {
  return {
    subject: printable(certificate?.subject ?? '', 300),
    issuer: printable(certificate?.issuer ?? '', 300),
    altNames: [],
    serial: printable(certificate?.serialNumber.toLowerCase() ?? '', 80),
    notBefore: isoDate(certificate?.validFrom),
    notAfter: isoDate(certificate?.validTo),
    keyType: 'unknown',
    keyBits: 0,
    signatureAlgorithm: 'unknown',
    fingerprint256: certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '',
    selfSigned: false,
    isCa: certificate?.ca ?? false,
  };
}

/** OpenSSL writes `Nov  5 08:12:13 2026 GMT`; text that is not a date ("Bad time value") stays as it is. */
function isoDate(text = ''): string {
  const date = Date.parse(text);
  return Number.isNaN(date) ? printable(text, 60) : isoTime(date);
}

function nameMatchOf({ leaf, nameMatches }: JudgedChain, host: string): NameMatch {
  const found = nameMatches.get(host);
  if (found) return found;
  const match = judgeName(leaf, host);
  if (nameMatches.size >= NAMES_REMEMBERED) nameMatches.clear();
  nameMatches.set(host, match);
  return match;
}

function judgeName(leaf: ParsedCertificate | undefined, host: string): NameMatch {
  if (!leaf) return { ok: false, reason: 'the certificate cannot be read' };
  const form = coveringForm(leaf.altNames, host);
  if (form === 'exact') return { ok: true };
  if (form !== undefined) return { ok: true, form };
  const { facts } = leaf;
  const shown = facts.altNames.slice(0, NAMES_SHOWN).join(', ');
  const more = (facts.altNameCount ?? facts.altNames.length) - NAMES_SHOWN;
  const names =
    shown === '' ? 'it names no host' : `it is for ${shown}${more > 0 ? ` and ${more} more` : ''}`;
  return { ok: false, reason: printable(`${printable(host, 100)} is not among its names: ${names}`, 300) };
}
