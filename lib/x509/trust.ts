/**
 * Where a chain leads (RFC 5280 §6), judged separately from dates and names, because OpenSSL reports only one error and an
 * expired certificate hides all others.
 *
 * Browsers try every path that the certificates permit; OpenSSL tries one. So the best path found here counts, and
 * OpenSSL's own verification, made in the handshake with exactly our anchors, is compared with it:
 * - it accepts the chain → `anchored`, whatever is found here;
 * - its error is a date → the path found here counts, with every check below except dates;
 * - its error is another, and the one path that it tries fails here too while another is sound → the sound
 *   path counts, as it does for browsers, and the failing path is reported;
 * - any other error → never `anchored`; what is found here says why, and if nothing is, OpenSSL's code does.
 */

import { type ParsedCertificate, UNREADABLE_NAMES } from './certificate.ts';
import { chosenPaths } from './chosen-path.ts';
import type { Trust } from './facts.ts';
import { isWeakSignature, leastBits } from './key-algorithms.ts';
import { constraintViolation } from './name-constraints.ts';
import { findPaths, isSame, type PathEnd } from './path.ts';
import type { TrustAnchors } from './trust-anchors.ts';
import { verifyErrorText } from './verify-errors.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';
const KEY_CERT_SIGN = 5;
/** Bits of keyUsage: digitalSignature, keyEncipherment, keyAgreement. A TLS server's key must be allowed for one of them. */
export const TLS_USES = [0, 2, 4];
/** What OpenSSL says of a certificate with an extension that it can't read: as if the certificate were not there. */
const MALFORMED_ERRORS: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNSPECIFIED',
]);
const DATE_ERRORS: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * @param sent        certificates as sent, leaf first
 * @param verifyError OpenSSL's error code; `undefined` when it accepted the chain
 * @param now         epoch ms: among several paths one that is valid now is preferred
 */
export function judgeTrust(
  sent: readonly ParsedCertificate[],
  anchors: TrustAnchors,
  verifyError: string | undefined,
  now: number,
): Trust {
  const [leaf] = sent;
  if (!leaf) return { status: 'chain-invalid', detail: 'no certificate was sent' };
  const { anchored, dead, bounded } = findPaths(leaf, sent, anchors);
  const best = bestOf(anchored, now);
  const indices = (path: readonly ParsedCertificate[]): number[] =>
    path.map((certificate) => sent.indexOf(certificate));

  if (!best) {
    const path = indices(dead.path);
    // OpenSSL found a path that isn't found here, because of a bound.
    if (verifyError === undefined) {
      return { status: 'anchored', anchor: (dead.path.at(-1) ?? leaf).facts.issuer, path };
    }
    if (bounded)
      return {
        status: 'chain-invalid',
        detail: 'more certificates of one name were sent than are tried',
        path,
      };
    return deadEnd(dead, leaf, path, anchors);
  }

  const path = indices(best.path);
  const { anchor } = best;
  const anyPurpose = [...best.path, anchor].find(isForAnyPurpose);
  const accepted: Trust = {
    status: 'anchored',
    anchor: anchor.facts.subject,
    anchorNotBefore: anchor.facts.notBefore,
    anchorNotAfter: anchor.facts.notAfter,
    anchorKeyType: anchor.facts.keyType,
    anchorKeyBits: anchor.facts.keyBits,
    ...(anchor.facts.curve !== undefined && { anchorCurve: anchor.facts.curve }),
    ...(anyPurpose && { anyPurpose: anyPurpose.facts.subject }),
    path,
  };
  const broken = brokenRule(best.path, anchor);
  // Clients can only choose a wrong path where a sound one exists.
  const strays = pathFault(best, now) === undefined ? straysOf(sent, anchors, now) : [];
  const told = strays.length > 0 ? { ...accepted, strays } : accepted;
  if (verifyError === undefined) return told;
  if (broken !== undefined) {
    return { status: 'chain-invalid', anchor: anchor.facts.subject, detail: broken, path };
  }
  // Clients differ over these two, and the table of clients says who refuses; OpenSSL does.
  if (verifyError === 'INVALID_PURPOSE' && anyPurpose) return told;
  if (leaf.malformed.includes(UNREADABLE_NAMES) && MALFORMED_ERRORS.has(verifyError)) return told;
  if (DATE_ERRORS.has(verifyError) || strays.some(({ choice }) => choice === 'first-valid')) return told;
  return { status: 'chain-invalid', detail: verifyErrorText(verifyError), path };
}

/** anyExtendedKeyUsage without serverAuth (RFC 5280 §4.2.1.12 leaves it to the client whether that will do). */
const isForAnyPurpose = ({ purposes }: ParsedCertificate): boolean =>
  purposes?.includes(ANY_PURPOSE) === true && !purposes.includes(SERVER_AUTH);

type AnchoredPath = PathEnd & { readonly anchor: ParsedCertificate };

/** The first path with the fewest faults; rules count more than dates, dates more than weak algorithms. */
function bestOf(paths: readonly PathEnd[], now: number): AnchoredPath | undefined {
  let best: { readonly path: AnchoredPath; readonly weight: number } | undefined;
  for (const found of paths) {
    const { anchor } = found;
    if (!anchor) continue;
    const path = { ...found, anchor };
    if (paths.length === 1) return path;
    const weight =
      (brokenRule(path.path, anchor) === undefined ? 0 : 4) +
      (dateFault(path, now) === undefined ? 0 : 2) +
      (weakLink(path) === undefined ? 0 : 1);
    if (!best || weight < best.weight) best = { path, weight };
  }
  return best?.path;
}

/** Why a client that has only this path refuses it, as half a sentence. */
function pathFault(path: AnchoredPath, now: number): string | undefined {
  return brokenRule(path.path, path.anchor) ?? dateFault(path, now) ?? weakLink(path);
}

function dateFault({ path, anchor }: AnchoredPath, now: number): string | undefined {
  for (const { facts } of [...path, anchor]) {
    if (Date.parse(facts.notAfter) < now) {
      return `${facts.subject} (serial ${facts.serial}) expired on ${facts.notAfter.slice(0, 10)}`;
    }
    if (Date.parse(facts.notBefore) > now) {
      return `${facts.subject} (serial ${facts.serial}) is not valid before ${facts.notBefore.slice(0, 10)}`;
    }
  }
  return undefined;
}

function weakLink({ path, anchor }: AnchoredPath): string | undefined {
  for (const certificate of path) {
    const { facts } = certificate;
    if (facts.selfSigned || isSame(certificate, anchor)) continue;
    if (isWeakSignature(facts.signatureAlgorithm)) {
      return `${facts.subject} (serial ${facts.serial}) is signed with ${facts.signatureAlgorithm}`;
    }
    const least = leastBits(facts.keyType);
    if (least !== undefined && facts.keyBits > 0 && facts.keyBits < least) {
      return `${facts.subject} (serial ${facts.serial}) has a key of ${facts.keyBits} bits (${facts.keyType})`;
    }
  }
  return undefined;
}

/** Only where there is a choice: with one issuer for each certificate there is no other path. */
function straysOf(
  sent: readonly ParsedCertificate[],
  anchors: TrustAnchors,
  now: number,
): NonNullable<Trust['strays']> {
  return chosenPaths(sent, anchors, now).flatMap(({ choice, end, fault }) => {
    const detail = fault ?? (end?.anchor && pathFault({ ...end, anchor: end.anchor }, now));
    return detail === undefined ? [] : [{ choice, detail }];
  });
}

function deadEnd(
  { status, path: members }: PathEnd,
  leaf: ParsedCertificate,
  path: number[],
  anchors: TrustAnchors,
): Trust {
  const last = members.at(-1) ?? leaf;
  const { subject, issuer } = last.facts;
  switch (status) {
    case 'anchored':
    case 'self-signed':
      if (last === leaf) return { status: 'self-signed-leaf', detail: `${subject} signed itself`, path };
      return {
        status: 'untrusted-root',
        detail: `the chain leads to the root ${subject}, which was sent but is not a trusted one`,
        path,
      };
    case 'bad-signature':
      return {
        status: 'bad-signature',
        detail: `the signature of ${subject} does not verify with the key of its issuer ${issuer}`,
        path,
      };
    case 'unusable-key':
      return {
        status: 'chain-invalid',
        detail: `the key of ${issuer}, which issued ${subject}, cannot be used: its type is unknown or its numbers are no valid key`,
        path,
      };
    case 'issuer-missing': {
      const url = last.caIssuers[0];
      const where = url === undefined ? '' : `; it is published at ${url}`;
      return {
        status: 'issuer-missing',
        detail: `the issuer of ${subject}, ${issuer}, was not sent and is not a trusted root${where}`,
        missing: missingIssuer(members, leaf, anchors),
        path,
      };
    }
    default:
      return status satisfies never;
  }
}

/**
 * Without the issuer's certificate nobody can know whether it is an intermediate or a private root. A public authority's
 * certificate leads to a root that is trusted, and so does one whose root the user gave (--ca): an intermediate is
 * missing. Otherwise a path that already contains an intermediate usually ends at a root, which need not be sent.
 */
const missingIssuer = (
  path: readonly ParsedCertificate[],
  leaf: ParsedCertificate,
  anchors: TrustAnchors,
): 'intermediate' | 'root' =>
  path.length > 1 && !leaf.isPublic && !anchors.hasAdded ? 'root' : 'intermediate';

/** The first rule of RFC 5280 §6.1.4 that an anchored path breaks, as one sentence. */
function brokenRule(sentPath: readonly ParsedCertificate[], anchor: ParsedCertificate): string | undefined {
  const top = sentPath.at(-1);
  const path = top && isSame(top, anchor) ? sentPath : [...sentPath, anchor];
  let below = 0;
  for (const [depth, certificate] of path.entries()) {
    const { subject } = certificate.facts;
    if (certificate.explicitCurve) {
      return `the key of ${subject} gives its elliptic curve by explicit parameters instead of its name`;
    }
    if (certificate.unknownCritical.length > 0) {
      return `${subject} has a critical extension that clients do not know (${certificate.unknownCritical.join(', ')})`;
    }
    if (depth > 0 && certificate.malformed.includes(UNREADABLE_NAMES)) {
      return `${subject} is malformed: ${UNREADABLE_NAMES}`;
    }
    if (
      certificate.purposes &&
      !isForAnyPurpose(certificate) &&
      !certificate.purposes.includes(SERVER_AUTH)
    ) {
      return `${subject} is not meant for TLS servers: its extended key usage lacks serverAuth`;
    }
    if (depth === 0) {
      const { keyUsage } = certificate;
      if (keyUsage && !TLS_USES.some((use) => keyUsage[use])) {
        return `${subject} is not meant for TLS servers: its key usage allows no signature and no key exchange`;
      }
      continue;
    }
    const broken = brokenAuthority(certificate, path.slice(0, depth), below, depth === path.length - 1);
    if (broken) return broken;
    if (certificate.subjectKey !== certificate.issuerKey) below += 1;
  }
  return undefined;
}

function brokenAuthority(
  authority: ParsedCertificate,
  issued: readonly ParsedCertificate[],
  intermediatesBelow: number,
  isAnchor: boolean,
): string | undefined {
  const { subject } = authority.facts;
  const { basicConstraints, keyUsage, nameConstraints } = authority;
  // An anchor of X.509 v1 has no extensions and is trusted as it is (§6.1.1 d).
  if (basicConstraints ? !basicConstraints.ca : !isAnchor)
    return `${subject} issued a certificate but is no CA`;
  if (keyUsage && !keyUsage[KEY_CERT_SIGN])
    return `${subject} issued a certificate but may not sign certificates`;
  const limit = basicConstraints?.pathLength;
  if (limit !== undefined && intermediatesBelow > limit) {
    return `${subject} allows ${limit} intermediate authorities below it, and there are ${intermediatesBelow}`;
  }
  if (!nameConstraints) return undefined;
  for (const [depth, certificate] of issued.entries()) {
    // §6.1.3 b: self-issued certificates are exempt, unless they are the last one.
    if (depth > 0 && certificate.subjectKey === certificate.issuerKey) continue;
    const violation = constraintViolation(nameConstraints, certificate);
    if (violation) return `${subject} may not vouch for ${certificate.facts.subject}: ${violation}`;
  }
  return undefined;
}
