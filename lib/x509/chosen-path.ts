/**
 * The one path that a client without a second try takes, for each known way to choose an issuer. Names and key
 * identifiers decide, as in OpenSSL's X509_check_issued; a signature is checked only when the path is complete.
 */
import { type ParsedCertificate, signedBy } from './certificate.ts';
import type { IssuerChoice } from './facts.ts';
import { isSame, mayHaveIssued, type PathEnd } from './path.ts';
import type { TrustAnchors } from './trust-anchors.ts';

interface ChosenPath {
  readonly choice: IssuerChoice;
  /** The path, where it leads to an anchor; its rules and dates are still to be judged. */
  readonly end?: PathEnd;
  /** Why the path ends without an anchor, as half a sentence. */
  readonly fault?: string;
}

/** Empty where there is no choice: then every client takes the same path. */
export function chosenPaths(
  sent: readonly ParsedCertificate[],
  anchors: TrustAnchors,
  now: number,
): readonly ChosenPath[] {
  if (!hasChoice(sent, anchors)) return [];
  return (['first-valid', 'first-sent'] as const).map((choice) => follow(choice, sent, anchors, now));
}

function hasChoice(sent: readonly ParsedCertificate[], anchors: TrustAnchors): boolean {
  const seen = new Map<string, ParsedCertificate>();
  for (const certificate of sent) {
    const before = seen.get(certificate.subjectKey);
    if (before && !isSame(before, certificate)) return true;
    seen.set(certificate.subjectKey, certificate);
  }
  for (const { issuerKey } of sent) {
    const trusted = anchors.find(issuerKey);
    const own = seen.get(issuerKey);
    if (trusted.length > 1 || (own && trusted.some((anchor) => !isSame(anchor, own)))) return true;
  }
  return false;
}

function follow(
  choice: IssuerChoice,
  sent: readonly ParsedCertificate[],
  anchors: TrustAnchors,
  now: number,
): ChosenPath {
  const [leaf] = sent;
  if (!leaf) return { choice };
  const path: ParsedCertificate[] = [leaf];
  for (let last = leaf; path.length <= sent.length; ) {
    const trusted = candidates(last, anchors.find(last.issuerKey));
    const anchor = pick(choice === 'first-sent' ? 'first-valid' : choice, trusted, now);
    if (anchor) {
      if (!signedBy(last.x509, anchor.x509)) return { choice, fault: wrongKey(last) };
      return { choice, end: { status: 'anchored', path, anchor } };
    }
    const next = pick(
      choice,
      candidates(
        last,
        sent.filter((one) => !path.includes(one)),
      ),
      now,
    );
    if (!next)
      return { choice, fault: `the path ends at ${last.facts.subject}, whose issuer is not trusted` };
    if (!signedBy(last.x509, next.x509)) return { choice, fault: wrongKey(last) };
    path.push(next);
    last = next;
  }
  return { choice };
}

const wrongKey = ({ facts }: ParsedCertificate): string =>
  `a certificate named ${facts.issuer} with another key is taken for the issuer of ${facts.subject}`;

const candidates = (of: ParsedCertificate, among: readonly ParsedCertificate[]): ParsedCertificate[] =>
  among.filter((issuer) => mayHaveIssued(of, issuer));

function pick(
  choice: IssuerChoice,
  among: readonly ParsedCertificate[],
  now: number,
): ParsedCertificate | undefined {
  if (choice === 'first-sent') return among[0];
  const valid = among.find(
    ({ facts }) => Date.parse(facts.notBefore) <= now && now <= Date.parse(facts.notAfter),
  );
  return valid ?? [...among].sort((a, b) => b.facts.notAfter.localeCompare(a.facts.notAfter))[0];
}
