/** A certificate chain as a picture: each certificate with its validity as a bar, each link intact or broken. */

import type { TlsResult } from '../../kinds/contract/tls-result.ts';
import type { SentChain } from '../../kinds/measurements.ts';
import { utc } from '../../model/units.ts';
import type { CertificateFacts } from '../../x509/facts.ts';
import type { Wording } from '../language/wording.ts';
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
const shortName = (subject: string, { words }: Wording): string =>
  /(?:^|, )CN=([^,]+)/.exec(subject)?.[1] ?? (subject || words.chain.noName);

const days = (milliseconds: number, { words }: Wording): string => words.days(Math.round(milliseconds / DAY));

export function validityBar(notBefore: string, notAfter: string, seenAt: string): ValidityBar | undefined {
  const [from, to, now] = [Date.parse(notBefore), Date.parse(notAfter), Date.parse(seenAt)];
  if (![from, to, now].every(Number.isFinite) || to <= from) return undefined;
  const [start, end] = [Math.min(from, now), Math.max(to, now)];
  const percent = (time: number): number => ((time - start) / (end - start)) * 100;
  return {
    x: percentText(percent(from)),
    width: percentText(percent(to) - percent(from)),
    // Not at the edges, where half of it would be cut off.
    now: percentText(Math.min(99.5, Math.max(0.5, percent(now)))),
  };
}

function dateFaults({ notBefore, notAfter }: CertificateFacts, seenAt: string, wording: Wording): string[] {
  const { chain } = wording.words;
  const [from, to, now] = [Date.parse(notBefore), Date.parse(notAfter), Date.parse(seenAt)];
  if (to < now) return [chain.expired(days(now - to, wording))];
  if (from > now) return [chain.notYet(days(from - now, wording))];
  return [];
}

function certificateView(
  certificate: CertificateFacts,
  seenAt: string,
  of: { role: string; unused: boolean; faults: readonly string[] },
  wording: Wording,
): CertificateView {
  const { words } = wording;
  const { subject, issuer, altNames, notBefore, notAfter, keyType, keyBits, signatureAlgorithm } =
    certificate;
  const faults = [...dateFaults(certificate, seenAt, wording), ...of.faults].map(visible);
  const bar = validityBar(notBefore, notAfter, seenAt);
  const more = (certificate.altNameCount ?? altNames.length) - NAMES_LIMIT;
  const names = altNames.slice(0, NAMES_LIMIT).join(', ') + (more > 0 ? words.andMore(more) : '');
  return {
    role: of.role,
    unused: of.unused,
    bad: faults.length > 0,
    name: visible(shortName(subject, wording)),
    issuer: visible(certificate.selfSigned ? words.chain.itself : shortName(issuer, wording)),
    dates: visible(`${utc(notBefore)} ${words.to} ${utc(notAfter)}`),
    ...(bar && { bar }),
    details: visible(
      [
        `${keyType} ${keyBits}`,
        signatureAlgorithm,
        ...(names === '' ? [] : [words.chain.forNames(names)]),
        `SHA-256 ${certificate.fingerprint256}`,
      ].join(' · '),
    ),
    faults,
  };
}

type ChainTrust = NonNullable<TlsResult['trust']>;

/** What is missing between the last certificate of the path and trust; nothing when the path ends with an anchor that was sent. */
function brokenLink(trust: ChainTrust, last: CertificateFacts, wording: Wording): string | undefined {
  const { chain } = wording.words;
  const issuer = shortName(last.issuer, wording);
  switch (trust.status) {
    case 'anchored':
      return undefined;
    case 'self-signed-leaf':
      return chain.selfSigned;
    case 'untrusted-root':
      return last.selfSigned ? chain.untrustedRoot : chain.leadsToUntrusted(issuer);
    case 'issuer-missing':
      return chain.issuerMissing(issuer);
    case 'bad-signature':
      return chain.badSignature(issuer);
    case 'chain-invalid':
      return chain.invalid;
    default:
      return trust.status satisfies never;
  }
}

function anchorView(trust: ChainTrust, seenAt: string, wording: Wording): CertificateView {
  const { words } = wording;
  const { anchor = '', anchorNotBefore, anchorNotAfter } = trust;
  const dates =
    anchorNotBefore && anchorNotAfter ? `${utc(anchorNotBefore)} ${words.to} ${utc(anchorNotAfter)}` : '';
  const bar =
    anchorNotBefore && anchorNotAfter ? validityBar(anchorNotBefore, anchorNotAfter, seenAt) : undefined;
  return {
    role: words.chain.anchor,
    bad: false,
    unused: false,
    name: visible(shortName(anchor, wording)),
    issuer: words.chain.itself,
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
export function chainView(
  { tls, certificates }: SentChain,
  seenAt: string,
  title: string,
  wording: Wording,
): ChainView {
  const { chain } = wording.words;
  const { trust, nameMatch } = tls;
  const path = (trust?.path ?? certificates.map((_, index) => index)).filter(
    (index) => certificates[index] !== undefined,
  );
  const views: CertificateView[] = [];
  for (const [place, index] of path.entries()) {
    const certificate = certificates[index];
    if (certificate === undefined) continue;
    const isLast = place === path.length - 1;
    const role = place === 0 ? chain.server : certificate.selfSigned ? chain.root : chain.intermediate;
    const faults = place === 0 && nameMatch?.ok === false ? [nameMatch.reason ?? chain.nameMismatch] : [];
    const broken = isLast && trust ? brokenLink(trust, certificate, wording) : undefined;
    const needsAnchor = isLast && trust?.status === 'anchored' && !certificate.selfSigned;
    const link =
      broken !== undefined
        ? {
            broken: true,
            text: visible(trust?.detail ? `${broken} (${wording.phrase(trust.detail)})` : broken),
          }
        : !isLast || needsAnchor
          ? { broken: false, text: chain.signedBy }
          : undefined;
    views.push({
      ...certificateView(certificate, seenAt, { role, unused: false, faults }, wording),
      ...(link && { link }),
    });
    if (needsAnchor) views.push(anchorView(trust, seenAt, wording));
  }
  for (const [index, certificate] of certificates.entries())
    if (!path.includes(index))
      views.push(
        certificateView(certificate, seenAt, { role: chain.needless, unused: true, faults: [] }, wording),
      );
  return { title: visible(title), certificates: views };
}

/** To a tenth: `0%`, `12.5%`. */
const percentText = (value: number): string => `${Number(value.toFixed(1))}%`;
