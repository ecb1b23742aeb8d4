/** Faults of certificates: dates, names, trust, strength and order are judged one by one, so that none hides another. */
import type { Assertions } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { CertificateFacts, TlsResult } from '../model/observation.ts';
import { fault } from './fault.ts';

const DAY = 86_400_000;
const DEFAULT_DAYS_WARN = 30;
const DEFAULT_DAYS_FAIL = 0;

/** Least key sizes in bits (CA/Browser Forum BR §6.1.5; NIST SP 800-131A for EC). */
const LEAST_BITS: Readonly<Record<string, number>> = { rsa: 2048, dsa: 2048, ec: 224 };
const WEAK_SIGNATURE = /md2|md5|sha-?1(?!\d)/i;

/** A certificate that counts: on the path to the root, or the root that it ends at. */
interface Link {
  readonly name: string;
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

/** Certificates on the path; extra ones that were sent along can be as old and weak as they like. */
function pathOf(tls: TlsResult, chain: readonly CertificateFacts[]): CertificateFacts[] {
  const path = tls.trust?.path?.flatMap((index) => chain[index] ?? []) ?? [];
  return path.length > 0 ? path : chain.slice(0, 1);
}

function linksOf({ trust }: TlsResult, path: readonly CertificateFacts[], host: string): Link[] {
  const links = path.map(
    (certificate, depth): Link => ({
      name: depth === 0 ? `the certificate of ${host}` : `the issuing certificate ${certificate.subject}`,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
    }),
  );
  if (
    trust?.anchor !== undefined &&
    trust.anchorNotBefore !== undefined &&
    trust.anchorNotAfter !== undefined
  ) {
    links.push({
      name: `the root ${trust.anchor}`,
      notBefore: trust.anchorNotBefore,
      notAfter: trust.anchorNotAfter,
    });
  }
  return links;
}

function dateFaults(links: readonly Link[], assertions: Assertions | undefined, now: number): Fault[] {
  const faults: Fault[] = [];
  const expired = links.filter((link) => Date.parse(link.notAfter) < now);
  if (expired.length > 0) {
    faults.push(
      fault(
        'tls.cert-expired',
        sentence(
          expired.map(({ name, notAfter }) => `${name} expired on ${day(notAfter)} (${ago(notAfter, now)})`),
        ),
      ),
    );
  }
  const future = links.filter((link) => Date.parse(link.notBefore) > now);
  if (future.length > 0) {
    faults.push(
      fault(
        'tls.cert-not-yet-valid',
        sentence(
          future.map(({ name, notBefore }) => `${name} is not valid before ${notBefore.slice(0, 16)}Z`),
        ).concat(' Is the clock of the issuing or of this machine right?'),
      ),
    );
  }
  // The first link to expire ends the validity of all.
  const next = links
    .filter((link) => Date.parse(link.notAfter) >= now)
    .sort((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter))[0];
  if (next && expired.length === 0) {
    const left = (Date.parse(next.notAfter) - now) / DAY;
    const failBelow = assertions?.certDaysFail ?? DEFAULT_DAYS_FAIL;
    const warnBelow = assertions?.certDaysWarn ?? DEFAULT_DAYS_WARN;
    if (left < Math.max(failBelow, warnBelow)) {
      const severity = left < failBelow ? 'fail' : 'warn';
      const limit = severity === 'fail' ? failBelow : warnBelow;
      const text = `${next.name} expires on ${day(next.notAfter)}, in ${Math.floor(left)} days (limit ${limit})`;
      faults.push(fault('tls.cert-expires-soon', sentence([text]), { severity }));
    }
  }
  return faults;
}

function nameFaults({ nameMatch, chain }: TlsResult, host: string): Fault[] {
  if (!nameMatch || nameMatch.ok) return [];
  const names = chain?.[0]?.altNames ?? [];
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  const covers =
    names.length > 0 ? `it is for ${shown}` : `it names no host (subject ${chain?.[0]?.subject ?? '?'})`;
  return [fault('tls.cert-name-mismatch', `The certificate does not cover ${host}: ${covers}.`)];
}

function trustFaults({ trust, chain }: TlsResult, host: string): Fault[] {
  if (!trust) return [];
  const detail = trust.detail ?? '';
  switch (trust.status) {
    case 'anchored':
      return [];
    case 'self-signed-leaf':
      return [fault('tls.cert-self-signed', `The certificate of ${host} is self-signed: ${detail}.`)];
    case 'untrusted-root':
      return [fault('tls.cert-untrusted-root', `Clients do not trust ${host}: ${detail}.`)];
    case 'issuer-missing':
      return issuerMissing(detail, trust.path?.length ?? 1, chain?.length ?? 1, host);
    case 'bad-signature':
    case 'chain-invalid':
      return [fault('tls.chain-invalid', `Clients reject the chain of ${host}: ${detail}.`)];
    default:
      return trust.status satisfies never;
  }
}

/**
 * Without the missing certificate nobody can know whether it is a public intermediate or a private root, so both
 * causes are said, the likelier one as the failure: a path that has got past one intermediate mostly ends at a root.
 */
function issuerMissing(detail: string, pathLength: number, sent: number, host: string): Fault[] {
  if (pathLength > 1) {
    return [
      fault(
        'tls.cert-untrusted-root',
        `Clients do not trust ${host}: ${detail}. It is probably a private root.`,
      ),
      fault(
        'tls.chain-incomplete',
        `If the missing issuer in the chain of ${host} is no private root, it is one more intermediate certificate that must be installed.`,
        { severity: 'info' },
      ),
    ];
  }
  const extra = sent > 1 ? ', although other certificates were' : '';
  return [
    fault(
      'tls.chain-incomplete',
      `The chain of ${host} is incomplete${extra}: ${detail}. The intermediate certificate must be installed beside the server's own, unless the issuer is a private root.`,
    ),
    fault(
      'tls.cert-untrusted-root',
      `If the missing issuer of the certificate of ${host} is a private root, clients do not trust it, whatever is sent.`,
      { severity: 'info' },
    ),
  ];
}

function weaknesses(path: readonly CertificateFacts[], host: string): Fault[] {
  const faults: Fault[] = [];
  const name = (certificate: CertificateFacts, depth: number): string =>
    depth === 0 ? `the certificate of ${host}` : `the issuing certificate ${certificate.subject}`;
  const keys = path.flatMap((certificate, depth) => {
    const { keyType, keyBits, selfSigned } = certificate;
    // A root is trusted for what it is, not for what it says of itself.
    if (depth > 0 && selfSigned) return [];
    const least = LEAST_BITS[keyType];
    return least !== undefined && keyBits > 0 && keyBits < least
      ? [`${name(certificate, depth)} has a key of ${keyBits} bits (${keyType}); ${least} are the least`]
      : [];
  });
  if (keys.length > 0) faults.push(fault('tls.weak-key', sentence(keys)));
  const signatures = path.flatMap((certificate, depth) =>
    !certificate.selfSigned && WEAK_SIGNATURE.test(certificate.signatureAlgorithm)
      ? [`${name(certificate, depth)} is signed with ${certificate.signatureAlgorithm}`]
      : [],
  );
  if (signatures.length > 0) faults.push(fault('tls.weak-signature', sentence(signatures)));
  return faults;
}

/** RFC 8446 §4.4.2: the leaf first, each next one should certify the one before; a root may be left out. */
function orderFaults(
  { trust, chainLength }: TlsResult,
  chain: readonly CertificateFacts[],
  host: string,
): Fault[] {
  const path = trust?.path;
  if (!path || path.length === 0) return [];
  const remarks: string[] = [];
  if (path.some((index, depth) => depth > 0 && index < (path[depth - 1] ?? 0))) {
    remarks.push(
      `the certificates are in the wrong order (issuers stand at ${path.map((index) => index + 1).join(', ')})`,
    );
  }
  const needless = chain.filter(
    (certificate, index) => !path.includes(index) && !certificate.selfSigned,
  ).length;
  const unseen = Math.max(0, (chainLength ?? 0) - chain.length);
  if (needless + unseen > 0 && trust.status === 'anchored') {
    const count = needless + unseen;
    remarks.push(
      count === 1
        ? 'one certificate is sent that belongs to no path'
        : `${count} certificates are sent that belong to no path`,
    );
  }
  if (remarks.length === 0) return [];
  return [
    fault(
      'tls.chain-untidy',
      `${host} sends an untidy chain: ${remarks.join('; ')}. Some clients stumble over that.`,
    ),
  ];
}

const day = (iso: string): string => iso.slice(0, 10);

function ago(iso: string, now: number): string {
  const days = Math.floor((now - Date.parse(iso)) / DAY);
  return days === 0 ? 'today' : `${days} ${days === 1 ? 'day' : 'days'} ago`;
}

/** Parts of equal rank as one sentence that begins with a capital. */
function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
