/**
 * Every path from a leaf to a trust anchor that is possible with the certificates sent (RFC 4158), up to a bound. Several
 * certificates may have the same name and key (renewals, cross-signs), so there can be more than one path.
 */
import { type ParsedCertificate, signatureBy } from './certificate.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** A real path has two to five; longer ones are followed as far as OpenSSL would be sent certificates. */
const MAX_PATH = 64;
/** Signatures verified and steps taken for one chain: a chain whose names all match must not cost seconds. */
const MAX_VERIFICATIONS = 150;
const MAX_STEPS = 600;
const MAX_ANCHORED = 16;

/** How a path ended. `unusable-key`: the issuer's certificate exists, but nothing can be verified with its key. */
export interface PathEnd {
  readonly status: 'anchored' | 'self-signed' | 'bad-signature' | 'unusable-key' | 'issuer-missing';
  /** Certificates as sent, leaf first. The anchor is in it only if it was sent. */
  readonly path: readonly ParsedCertificate[];
  readonly anchor?: ParsedCertificate;
}

export interface Paths {
  /** All that lead to an anchor. */
  readonly anchored: readonly PathEnd[];
  /** The longest of those that don't. */
  readonly dead: PathEnd;
  /** A bound ended the search: there may be more. */
  readonly bounded: boolean;
}

export function findPaths(
  leaf: ParsedCertificate,
  sent: readonly ParsedCertificate[],
  anchors: TrustAnchors,
): Paths {
  const known = new Map<ParsedCertificate, Map<ParsedCertificate, IssuerCheck>>();
  let verifications = 0;
  let steps = 0;
  let bounded = false;
  const issued = (child: ParsedCertificate, issuer: ParsedCertificate): IssuerCheck => {
    const of = known.get(child) ?? new Map<ParsedCertificate, IssuerCheck>();
    known.set(child, of);
    const before = of.get(issuer);
    if (before !== undefined) return before;
    verifications += 1;
    if (verifications > MAX_VERIFICATIONS) bounded = true;
    const check = bounded ? 'unchecked' : signatureBy(child.x509, issuer.x509);
    of.set(issuer, check);
    return check;
  };
  const bySubject = groupBySubject(sent);

  const anchored: PathEnd[] = [];
  let dead: PathEnd | undefined;
  const end = (found: PathEnd): void => {
    if (found.status === 'anchored') anchored.push(found);
    else if (!dead || found.path.length > dead.path.length) dead = found;
  };

  const climb = (path: readonly ParsedCertificate[], last: ParsedCertificate): void => {
    steps += 1;
    if (steps > MAX_STEPS || anchored.length >= MAX_ANCHORED || path.length > MAX_PATH) {
      bounded = true;
      return;
    }
    // A certificate given as anchor is trusted as it is, an intermediate or the leaf too (RFC 5280 §6.1.1 d).
    const own = anchors.find(last.subjectKey).find((anchor) => isSame(anchor, last));
    if (own) end({ status: 'anchored', path, anchor: own });
    if (own?.facts.selfSigned) return;
    if (last.facts.selfSigned) {
      end({ status: 'self-signed', path });
      return;
    }
    let refusal: 'bad-signature' | 'unusable-key' | undefined;
    let climbed = own !== undefined;
    const consider = (issuer: ParsedCertificate, follow: () => void): void => {
      const check = issued(last, issuer);
      if (check === 'verifies') {
        climbed = true;
        follow();
        // The same name with another key identifier is another issuer, not a broken signature.
      } else if (check !== 'unchecked' && mayHaveIssued(last, issuer)) {
        refusal = check === 'unusable-key' ? check : 'bad-signature';
      }
    };
    for (const anchor of anchors.find(last.issuerKey)) {
      if (isSame(anchor, last)) continue;
      // An intermediate that is an anchor and was sent too belongs to the path; a root that was sent need not be mentioned.
      const copy = anchor.facts.selfSigned
        ? undefined
        : sent.find((one) => isSame(one, anchor) && !path.includes(one));
      consider(anchor, () => end({ status: 'anchored', path: copy ? [...path, copy] : path, anchor }));
    }
    for (const issuer of bySubject.get(last.issuerKey) ?? []) {
      if (!path.some((one) => isSame(one, issuer))) {
        consider(issuer, () => climb([...path, issuer], issuer));
      }
    }
    if (!climbed) end({ status: refusal ?? 'issuer-missing', path });
  };
  climb([leaf], leaf);
  return { anchored, dead: dead ?? { status: 'issuer-missing', path: [leaf] }, bounded };
}

type IssuerCheck = ReturnType<typeof signatureBy> | 'unchecked';

function groupBySubject(sent: readonly ParsedCertificate[]): Map<string, ParsedCertificate[]> {
  const groups = new Map<string, ParsedCertificate[]>();
  for (const certificate of sent) {
    const group = groups.get(certificate.subjectKey);
    if (group) group.push(certificate);
    else groups.set(certificate.subjectKey, [certificate]);
  }
  return groups;
}

/** Names and key identifiers fit (RFC 4158 §3.5.12); the signature is not checked. */
export const mayHaveIssued = (child: ParsedCertificate, issuer: ParsedCertificate): boolean =>
  issuer.subjectKey === child.issuerKey &&
  (child.authorityKeyId === undefined || issuer.keyId === undefined || child.authorityKeyId === issuer.keyId);

export const isSame = (a: ParsedCertificate, b: ParsedCertificate): boolean =>
  a.facts.fingerprint256 === b.facts.fingerprint256;
