/**
 * Where a chain leads (RFC 5280 §6), judged apart from dates and names, because OpenSSL tells but one error and an
 * expired certificate hides all others.
 *
 * OpenSSL's own verification, made in the handshake with exactly our anchors, has the last word on trust:
 * - it accepts the chain → `anchored`, whatever is found here;
 * - its error is a date → the path found here counts, with every check below but dates;
 * - any other error → never `anchored`; what is found here says why, and if nothing is, OpenSSL's code does.
 * So a mistake in this file can give a failing chain the wrong reason, but can pass one only if OpenSSL's last
 * complaint was a date, which is itself reported.
 */
import type { TlsResult } from '../model/observation.ts';
import { type ParsedCertificate, signedBy } from './certificate.ts';
import { constraintViolation } from './name-constraints.ts';
import type { TrustAnchors } from './trust-anchors.ts';

export type Trust = NonNullable<TlsResult['trust']>;

/** Longest path looked for, and most signatures verified for one chain: names that all match must not cost minutes. */
const MAX_PATH = 10;
const MAX_VERIFICATIONS = 40;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const KEY_CERT_SIGN = 5;
/** digitalSignature, keyEncipherment, keyAgreement: one of them a TLS server's key must be good for. */
const TLS_USES = [0, 2, 4];
const DATE_ERRORS: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** How a path ended. */
interface End {
  readonly status: 'anchored' | 'self-signed' | 'bad-signature' | 'issuer-missing';
  readonly path: readonly ParsedCertificate[];
  readonly anchor?: ParsedCertificate;
}

/**
 * @param sent        certificates as sent, leaf first
 * @param verifyError OpenSSL's error code; `undefined` when it accepted the chain
 */
export function judgeTrust(
  sent: readonly ParsedCertificate[],
  anchors: TrustAnchors,
  verifyError: string | undefined,
): Trust {
  const [leaf] = sent;
  if (!leaf) return { status: 'chain-invalid', detail: 'no certificate was sent' };
  const end = findPath(leaf, sent, anchors);
  const path = end.path.map((certificate) => sent.indexOf(certificate));
  const anchored = (anchor: ParsedCertificate): Trust => ({
    status: 'anchored',
    anchor: anchor.facts.subject,
    anchorNotBefore: anchor.facts.notBefore,
    anchorNotAfter: anchor.facts.notAfter,
    path,
  });
  const last = end.path.at(-1) ?? leaf;

  if (verifyError === undefined) {
    // OpenSSL knows a path that isn't found here, e.g. because of a bound above.
    if (!end.anchor) return { status: 'anchored', anchor: last.facts.issuer, path };
    return anchored(end.anchor);
  }
  switch (end.status) {
    case 'anchored': {
      const { anchor = last } = end;
      const broken = brokenRule(end.path, anchor);
      if (broken) return { status: 'chain-invalid', anchor: anchor.facts.subject, detail: broken, path };
      if (DATE_ERRORS.has(verifyError)) return anchored(anchor);
      return { status: 'chain-invalid', detail: `OpenSSL rejects the chain with ${verifyError}`, path };
    }
    case 'self-signed':
      if (last === leaf) {
        return { status: 'self-signed-leaf', detail: `${leaf.facts.subject} signed itself`, path };
      }
      return {
        status: 'untrusted-root',
        detail: `the chain leads to the root ${last.facts.subject}, which was sent but is not a trusted one`,
        path,
      };
    case 'bad-signature':
      return {
        status: 'bad-signature',
        detail: `the signature of ${last.facts.subject} does not verify with the key of its issuer ${last.facts.issuer}`,
        path,
      };
    case 'issuer-missing': {
      const url = last.caIssuers[0];
      const where = url === undefined ? '' : `; it is published at ${url}`;
      return {
        status: 'issuer-missing',
        detail: `the issuer of ${last.facts.subject}, ${last.facts.issuer}, was not sent and is not a trusted root${where}`,
        path,
      };
    }
    default:
      return end.status satisfies never;
  }
}

/** The best end that can be reached from the leaf: anchored before all else, then the longest path. */
function findPath(leaf: ParsedCertificate, sent: readonly ParsedCertificate[], anchors: TrustAnchors): End {
  let verifications = 0;
  const issued = (child: ParsedCertificate, issuer: ParsedCertificate): boolean => {
    verifications += 1;
    return verifications <= MAX_VERIFICATIONS && signedBy(child.x509, issuer.x509);
  };
  // Of certificates for the same key, the longest-lived one: a path must not be called expired when another is not.
  const others = [...sent].sort((a, b) => b.facts.notAfter.localeCompare(a.facts.notAfter));

  const climb = (path: readonly ParsedCertificate[], last: ParsedCertificate): End => {
    const own = anchors.find(last.subjectKey).find((anchor) => isSame(anchor, last));
    if (own?.facts.selfSigned) return { status: 'anchored', path, anchor: own };
    if (last.facts.selfSigned) return { status: 'self-signed', path };
    let named = 0;
    for (const anchor of anchors.find(last.issuerKey)) {
      if (issued(last, anchor)) return { status: 'anchored', path, anchor };
      if (last.x509.checkIssued(anchor.x509)) named += 1;
    }
    let best: End | undefined;
    for (const issuer of others) {
      if (issuer.subjectKey !== last.issuerKey || path.includes(issuer)) continue;
      if (path.length >= MAX_PATH || !issued(last, issuer)) {
        // Same name but another key identifier is another issuer, not a spoilt signature.
        if (last.x509.checkIssued(issuer.x509)) named += 1;
        continue;
      }
      const end = climb([...path, issuer], issuer);
      if (end.status === 'anchored') return end;
      if (!best || end.path.length > best.path.length) best = end;
    }
    return best ?? { status: named > 0 ? 'bad-signature' : 'issuer-missing', path };
  };
  return climb([leaf], leaf);
}

const isSame = (a: ParsedCertificate, b: ParsedCertificate): boolean =>
  a.facts.fingerprint256 === b.facts.fingerprint256;

/** The first rule of RFC 5280 §6.1.4 that an anchored path breaks, as one sentence. */
function brokenRule(sentPath: readonly ParsedCertificate[], anchor: ParsedCertificate): string | undefined {
  const top = sentPath.at(-1);
  const path = top && isSame(top, anchor) ? sentPath : [...sentPath, anchor];
  let below = 0;
  for (const [depth, certificate] of path.entries()) {
    const { subject } = certificate.facts;
    if (certificate.unknownCritical.length > 0) {
      return `${subject} has a critical extension that clients do not know (${certificate.unknownCritical.join(', ')})`;
    }
    if (certificate.purposes && !certificate.purposes.includes(SERVER_AUTH)) {
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
