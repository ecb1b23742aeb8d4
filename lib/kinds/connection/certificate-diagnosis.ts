/** Faults of certificates: dates, names, trust, strength and order are judged separately, so that none hides another. */
import { type Assertions, DEFAULT_DAYS_WARN } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { CertificateFacts, Trust } from '../../x509/facts.ts';
import { isWeakSignature, leastBits } from '../../x509/key-algorithms.ts';
import { fault } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { certificateSentence as say } from './certificate-messages.ts';
import { malformedProperty, smallKeyProperty } from './client-properties.ts';
import { type Property, refusalOf } from './clients.ts';

const DAY = 86_400_000;
const DEFAULT_DAYS_FAIL = 0;
const NAMES_SHOWN = 5;

/** Then no name can be found: that none covers the host is the same fault. */
const HIDING_NAMES: ReadonlySet<Property> = new Set(['names-empty', 'names-unreadable']);

/** A certificate that counts: on the path to the root, or the root that it ends at. */
interface Link {
  readonly name: Sentence;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** @param now epoch ms at which dates are judged */
export function certificateFaults(
  tls: TlsResult,
  host: string,
  assertions: Assertions | undefined,
  now: number,
): Fault[] {
  const chain = tls.chain ?? [];
  if (chain.length === 0) return [];
  const path = pathOf(tls, chain);
  return [
    ...dateFaults(linksOf(tls, path, host), assertions, now),
    ...nameFaults(tls, host),
    ...trustFaults(tls, host),
    ...weaknesses(path, host),
    ...orderFaults(tls, chain, host),
  ];
}

/** Certificates on the path; extra ones that were sent too may be old or weak. */
function pathOf(tls: TlsResult, chain: readonly CertificateFacts[]): CertificateFacts[] {
  const path = tls.trust?.path?.flatMap((index) => chain[index] ?? []) ?? [];
  return path.length > 0 ? path : chain.slice(0, 1);
}

function linksOf({ trust }: TlsResult, path: readonly CertificateFacts[], host: string): Link[] {
  const links = path.map(
    (certificate, depth): Link => ({
      name: nameOf(certificate, depth, host),
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
    }),
  );
  if (
    trust?.anchor !== undefined &&
    trust.anchorNotBefore !== undefined &&
    trust.anchorNotAfter !== undefined &&
    !isLast(path, trust)
  ) {
    links.push({
      name: say.root({ subject: trust.anchor }),
      notBefore: trust.anchorNotBefore,
      notAfter: trust.anchorNotAfter,
    });
  }
  return links;
}

/** Is the anchor the last certificate of the path, given as anchor itself? Then its dates are judged there. */
function isLast(path: readonly CertificateFacts[], trust: Trust): boolean {
  const last = path.at(-1);
  return (
    last?.subject === trust.anchor &&
    last?.notBefore === trust.anchorNotBefore &&
    last?.notAfter === trust.anchorNotAfter
  );
}

function dateFaults(links: readonly Link[], assertions: Assertions | undefined, now: number): Fault[] {
  const faults: Fault[] = [];
  const expired = links.filter((link) => Date.parse(link.notAfter) < now);
  if (expired.length > 0) {
    faults.push(
      fault('tls.cert-expired', say.expired({ parts: expired.map((link) => expiredPart(link, now)) })),
    );
  }
  const future = links.filter((link) => Date.parse(link.notBefore) > now);
  if (future.length > 0) {
    faults.push(
      fault(
        'tls.cert-not-yet-valid',
        say.notYetValid({
          parts: future.map(({ name, notBefore }) =>
            say.notBefore({ certificate: name, time: `${notBefore.slice(0, 16)}Z` }),
          ),
        }),
      ),
    );
  }
  // The first certificate to expire ends the validity of the whole chain.
  const next = links
    .flatMap((link) => ending(link, assertions, now))
    .sort((a, b) => Number(b.fails) - Number(a.fails) || a.left - b.left)[0];
  if (next && expired.length === 0) {
    const said = say.expiresSoon({
      certificate: next.link.name,
      day: day(next.link.notAfter),
      days: Math.floor(next.left),
      limit: Math.round(next.limit * 10) / 10,
    });
    faults.push(fault('tls.cert-expires-soon', said, { severity: next.fails ? 'fail' : 'warn' }));
  }
  return faults;
}

interface EndingLink {
  readonly link: Link;
  readonly left: number;
  readonly limit: number;
  readonly fails: boolean;
}

/** The certificate, where fewer days are left than one of its two limits; days. */
function ending(link: Link, assertions: Assertions | undefined, now: number): EndingLink[] {
  const left = (Date.parse(link.notAfter) - now) / DAY;
  if (!(left >= 0)) return [];
  const failBelow = assertions?.certDaysFail ?? DEFAULT_DAYS_FAIL;
  const warnBelow = assertions?.certDaysWarn ?? warnLimit(link);
  if (left < failBelow) return [{ link, left, limit: failBelow, fails: true }];
  return left < warnBelow ? [{ link, left, limit: warnBelow, fails: false }] : [];
}

/**
 * A third of the lifetime, at most 30 days: ACME clients renew when that is left (letsencrypt.org, integration guide), so a
 * certificate of six days that is renewed as it should be never warns. notAfter is the last second of validity (RFC 5280
 * §4.1.2.5), so 90 days may be 90 days less a second.
 */
function warnLimit({ notBefore, notAfter }: Link): number {
  const lifetime = (Date.parse(notAfter) - Date.parse(notBefore) + 1_000) / DAY;
  return lifetime > 0 ? Math.min(DEFAULT_DAYS_WARN, lifetime / 3) : DEFAULT_DAYS_WARN;
}

function nameFaults({ nameMatch, chain, malformed = [] }: TlsResult, host: string): Fault[] {
  if (!nameMatch || nameMatch.ok) return [];
  // A list without names, or that nobody can read, is a fault of its own.
  if (malformed.some((text) => HIDING_NAMES.has(malformedProperty(text)))) return [];
  const names = chain?.[0]?.altNames ?? [];
  const more = (chain?.[0]?.altNameCount ?? names.length) - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const said =
    names.length === 0
      ? say.noName({ host, subject: chain?.[0]?.subject ?? '?' })
      : more > 0
        ? say.otherNamesAndMore({ host, names: shown, more })
        : say.otherNames({ host, names: shown });
  return [fault('tls.cert-name-mismatch', said)];
}

function trustFaults({ trust, chain }: TlsResult, host: string): Fault[] {
  if (!trust) return [];
  const detail = trust.detail ?? '';
  switch (trust.status) {
    case 'anchored':
      return [];
    case 'self-signed-leaf':
      return [fault('tls.cert-self-signed', say.selfSigned({ host, detail }))];
    case 'untrusted-root':
      return [fault('tls.cert-untrusted-root', say.notTrusted({ host, detail }))];
    case 'issuer-missing':
      return [issuerMissing(trust, chain?.length ?? 1, host)];
    case 'bad-signature':
    case 'chain-invalid':
      return [fault('tls.chain-invalid', say.chainInvalid({ host, detail }))];
    default:
      return trust.status satisfies never;
  }
}

/** Only one cause, whose text names the other possibility: an intermediate, or a root that clients don't trust. */
function issuerMissing({ detail = '', missing, path }: Trust, sent: number, host: string): Fault {
  // Observations of earlier versions do not say which.
  const isRoot = missing === undefined ? (path?.length ?? 1) > 1 : missing === 'root';
  if (isRoot) return fault('tls.cert-untrusted-root', say.privateRoot({ host, detail }));
  return fault(
    'tls.chain-incomplete',
    sent > 1 ? say.chainIncompleteDespiteOthers({ host, detail }) : say.chainIncomplete({ host, detail }),
  );
}

function weaknesses(path: readonly CertificateFacts[], host: string): Fault[] {
  const faults: Fault[] = [];
  const small: CertificateFacts[] = [];
  const keys = path.flatMap((certificate, depth) => {
    const { keyType, keyBits, selfSigned } = certificate;
    // A root is trusted because it is in the list, not because of its own signature.
    if (depth > 0 && selfSigned) return [];
    const least = leastBits(keyType);
    if (least === undefined || keyBits === 0 || keyBits >= least) return [];
    small.push(certificate);
    const named = nameOf(certificate, depth, host);
    return [say.weakKey({ certificate: named, bits: keyBits, type: keyType, least })];
  });
  if (keys.length > 0) faults.push(weakKeyFault(small, keys));
  const signatures = path.flatMap((certificate, depth) =>
    !certificate.selfSigned && isWeakSignature(certificate.signatureAlgorithm)
      ? [
          say.weakSignature({
            certificate: nameOf(certificate, depth, host),
            algorithm: certificate.signatureAlgorithm,
          }),
        ]
      : [],
  );
  if (signatures.length > 0)
    faults.push(fault('tls.weak-signature', say.weakSignatures({ parts: signatures })));
  return faults;
}

/** As grave as the table of clients has the smallest; DSA and small curves are taken by nobody. */
function weakKeyFault(small: readonly CertificateFacts[], parts: readonly Sentence[]): Fault {
  const properties = small.map(smallKeyProperty);
  const worst = properties.includes('key-rsa-768') ? 'key-rsa-768' : 'key-rsa-1024';
  const refusal = properties.includes(undefined) ? undefined : refusalOf(worst);
  return refusal === undefined
    ? fault('tls.weak-key', say.weakKeys({ parts }))
    : fault('tls.weak-key', say.weakKeysRefused({ parts, refusal: refusal.said }), {
        severity: refusal.severity,
      });
}

/** RFC 8446 §4.4.2: the leaf first, each next one should certify the one before; a root may be left out. */
function orderFaults(
  { trust, chainLength }: TlsResult,
  chain: readonly CertificateFacts[],
  host: string,
): Fault[] {
  const path = trust?.path;
  if (!path || path.length === 0) return [];
  const remarks: Sentence[] = [];
  if (path.some((index, depth) => depth > 0 && index < (path[depth - 1] ?? 0))) {
    remarks.push(say.wrongOrder({ places: path.map((index) => index + 1).join(', ') }));
  }
  const needless = chain.filter(
    (certificate, index) => !path.includes(index) && !certificate.selfSigned,
  ).length;
  const unseen = Math.max(0, (chainLength ?? 0) - chain.length);
  if (needless + unseen > 0 && trust.status === 'anchored') {
    const count = needless + unseen;
    remarks.push(count === 1 ? say.needlessOne({}) : say.needless({ count }));
  }
  if (remarks.length === 0) return [];
  return [fault('tls.chain-untidy', say.untidy({ host, remarks }))];
}

const day = (iso: string): string => iso.slice(0, 10);

function expiredPart({ name: certificate, notAfter }: Link, now: number): Sentence {
  const days = Math.floor((now - Date.parse(notAfter)) / DAY);
  const filling = { certificate, day: day(notAfter) };
  if (days === 0) return say.expiredToday(filling);
  return days === 1 ? say.expiredYesterday(filling) : say.expiredDaysAgo({ ...filling, days });
}

const nameOf = ({ subject }: CertificateFacts, depth: number, host: string): Sentence =>
  depth === 0 ? say.own({ host }) : say.issuing({ subject });
