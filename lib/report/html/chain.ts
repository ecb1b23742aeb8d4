/** A certificate chain as a picture: each certificate with its validity as a bar, each link intact or broken. */

import type { TlsResult } from '../../kinds/contract/tls-result.ts';
import type { SentChain } from '../../kinds/measurements.ts';
import { utc } from '../../model/units.ts';
import type { CertificateFacts } from '../../x509/facts.ts';
import { visible } from '../words/visible.ts';

/** Of the bar: percent, as in SVG. `valid` from notBefore to notAfter, `now` the moment of the observation. */
export interface ValidityBar {
  readonly x: string;
  readonly width: string;
  readonly now: string;
}

export interface CertificateView {
  readonly role: string;
  readonly bad: boolean;
  /** Sent, but not part of the path. */
  readonly unused: boolean;
  readonly name: string;
  readonly issuer: string;
  readonly dates: string;
  readonly bar?: ValidityBar;
  readonly details: string;
  /** What is wrong with it, each as a phrase. */
  readonly faults: readonly string[];
  /** The link to the next certificate; absent for the last. */
  readonly link?: { readonly broken: boolean; readonly text: string };
}

export interface ChainView {
  readonly title: string;
  readonly certificates: readonly CertificateView[];
}

const DAY = 86_400_000;
/** Names shown of one certificate; some hold hundreds. */
const NAMES_LIMIT = 12;

/** The common name where there is one: the rest of a subject is of little use and needs two lines. */
const shortName = (subject: string): string =>
  /(?:^|, )CN=([^,]+)/.exec(subject)?.[1] ?? (subject || '(no name)');

const days = (milliseconds: number): string => {
  const count = Math.round(milliseconds / DAY);
  return `${count} ${count === 1 ? 'day' : 'days'}`;
};

export function validityBar(notBefore: string, notAfter: string, seenAt: string): ValidityBar | undefined {
  const [from, to, now] = [Date.parse(notBefore), Date.parse(notAfter), Date.parse(seenAt)];
  if (![from, to, now].every(Number.isFinite) || to <= from) return undefined;
  const [start, end] = [Math.min(from, now), Math.max(to, now)];
  const percent = (time: number): number => ((time - start) / (end - start)) * 100;
  return {
    x: `${percent(from).toFixed(1)}%`,
    width: `${(percent(to) - percent(from)).toFixed(1)}%`,
    // Not at the edges, where half of it would be cut off.
    now: `${Math.min(99.5, Math.max(0.5, percent(now))).toFixed(1)}%`,
  };
}

function dateFaults({ notBefore, notAfter }: CertificateFacts, seenAt: string): string[] {
  const [from, to, now] = [Date.parse(notBefore), Date.parse(notAfter), Date.parse(seenAt)];
  if (to < now) return [`expired ${days(now - to)} before the check`];
  if (from > now) return [`not valid until ${days(from - now)} after the check`];
  return [];
}

function certificateView(
  certificate: CertificateFacts,
  seenAt: string,
  of: { role: string; unused: boolean; faults: readonly string[] },
): CertificateView {
  const { subject, issuer, altNames, notBefore, notAfter, keyType, keyBits, signatureAlgorithm } =
    certificate;
  const faults = [...dateFaults(certificate, seenAt), ...of.faults].map(visible);
  const bar = validityBar(notBefore, notAfter, seenAt);
  const more = (certificate.altNameCount ?? altNames.length) - NAMES_LIMIT;
  const names = altNames.slice(0, NAMES_LIMIT).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return {
    role: of.role,
    unused: of.unused,
    bad: faults.length > 0,
    name: visible(shortName(subject)),
    issuer: visible(certificate.selfSigned ? 'itself' : shortName(issuer)),
    dates: visible(`${utc(notBefore)} to ${utc(notAfter)}`),
    ...(bar && { bar }),
    details: visible(
      [
        `${keyType} ${keyBits}`,
        signatureAlgorithm,
        ...(names === '' ? [] : [`for ${names}`]),
        `SHA-256 ${certificate.fingerprint256}`,
      ].join(' · '),
    ),
    faults,
  };
}

type ChainTrust = NonNullable<TlsResult['trust']>;

/** What is missing between the last certificate of the path and trust; nothing when the path ends with an anchor that was sent. */
function brokenLink(trust: ChainTrust, last: CertificateFacts): string | undefined {
  switch (trust.status) {
    case 'anchored':
      return undefined;
    case 'self-signed-leaf':
      return 'signed by itself: no authority vouches for it';
    case 'untrusted-root':
      return last.selfSigned
        ? 'this root is not among the trusted ones'
        : `leads to ${shortName(last.issuer)}, a root that is not trusted`;
    case 'issuer-missing':
      return `its issuer ${shortName(last.issuer)} was not sent`;
    case 'bad-signature':
      return `the signature of ${shortName(last.issuer)} does not verify`;
    case 'chain-invalid':
      return 'leads to a trusted root, but breaks a rule on the way';
    default:
      return trust.status satisfies never;
  }
}

function anchorView(trust: ChainTrust, seenAt: string): CertificateView {
  const { anchor = '', anchorNotBefore, anchorNotAfter } = trust;
  const dates = anchorNotBefore && anchorNotAfter ? `${utc(anchorNotBefore)} to ${utc(anchorNotAfter)}` : '';
  const bar =
    anchorNotBefore && anchorNotAfter ? validityBar(anchorNotBefore, anchorNotAfter, seenAt) : undefined;
  return {
    role: 'trusted root, known to the tester',
    bad: false,
    unused: false,
    name: visible(shortName(anchor)),
    issuer: 'itself',
    dates: visible(dates),
    ...(bar && { bar }),
    details: '',
    faults: [],
  };
}

/**
 * @param seenAt when the chain was seen: dates are judged at that time, so that the page always says the same
 * @param title whose chain this is and who saw it
 */
export function chainView({ tls, certificates }: SentChain, seenAt: string, title: string): ChainView {
  const { trust, nameMatch } = tls;
  const path = (trust?.path ?? certificates.map((_, index) => index)).filter(
    (index) => certificates[index] !== undefined,
  );
  const views: CertificateView[] = [];
  for (const [place, index] of path.entries()) {
    const certificate = certificates[index];
    if (certificate === undefined) continue;
    const isLast = place === path.length - 1;
    const role =
      place === 0 ? 'server' : certificate.selfSigned ? 'root, sent by the server' : 'intermediate';
    const faults =
      place === 0 && nameMatch?.ok === false ? [nameMatch.reason ?? 'the name does not match'] : [];
    const broken = isLast && trust ? brokenLink(trust, certificate) : undefined;
    const needsAnchor = isLast && trust?.status === 'anchored' && !certificate.selfSigned;
    const link =
      broken !== undefined
        ? { broken: true, text: visible(trust?.detail ? `${broken} (${trust.detail})` : broken) }
        : !isLast || needsAnchor
          ? { broken: false, text: 'signed by' }
          : undefined;
    views.push({
      ...certificateView(certificate, seenAt, { role, unused: false, faults }),
      ...(link && { link }),
    });
    if (needsAnchor) views.push(anchorView(trust, seenAt));
  }
  for (const [index, certificate] of certificates.entries())
    if (!path.includes(index))
      views.push(
        certificateView(certificate, seenAt, { role: 'sent, but not needed', unused: true, faults: [] }),
      );
  return { title: visible(title), certificates: views };
}
