/** Sets of trust anchors: Node's bundled roots (Mozilla's list) and those that the user adds. Read once, kept for the process. */
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { nameKey, type ParsedCertificate, parseCertificate } from './certificate.ts';
import { readAll, readSequence } from './der.ts';

export interface TrustAnchors {
  /** Distinguishes sets in cache keys. */
  readonly id: number;
  /** PEM blocks, one certificate each. */
  readonly pems: readonly string[];
  /** Did the user name anchors in addition to the bundled roots? */
  readonly hasAdded: boolean;
  /** Anchors with this subject (`ParsedCertificate.subjectKey`), the one that expires last first. */
  find(subjectKey: string): readonly ParsedCertificate[];
}

const PEM_BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

const sets = new Map<string, TrustAnchors>();

/** @param extra PEM texts in addition to the bundled roots, each with one or more certificates; what is not a certificate is left out */
export function trustAnchors(extra: readonly string[]): TrustAnchors {
  const key = extra.join('\n');
  const known = sets.get(key);
  if (known) return known;
  const added = extra.flatMap((text) => text.match(PEM_BLOCK) ?? []).filter(isCertificate);
  const set = createSet(sets.size, [...rootCertificates, ...added], added.length > 0);
  sets.set(key, set);
  return set;
}

function createSet(id: number, pems: readonly string[], hasAdded: boolean): TrustAnchors {
  /** Subject → DER. Filled at the first query: a run whose chains all verify with the certificates sent makes few. */
  let index: Map<string, Buffer[]> | undefined;
  const parsed = new Map<string, readonly ParsedCertificate[]>();
  return {
    id,
    pems,
    hasAdded,
    find: (subjectKey) => {
      index ??= indexBySubject(pems);
      const ders = index.get(subjectKey);
      if (!ders) return [];
      let list = parsed.get(subjectKey);
      if (!list) {
        list = ders
          .flatMap((der) => parseCertificate(new X509Certificate(der)) ?? [])
          .sort((a, b) => b.facts.notAfter.localeCompare(a.facts.notAfter));
        parsed.set(subjectKey, list);
      }
      return list;
    },
  };
}

/** Reads only the subject of each: parsing 140 roots completely would cost a third of a short run's CPU. */
function indexBySubject(pems: readonly string[]): Map<string, Buffer[]> {
  const index = new Map<string, Buffer[]>();
  for (const pem of pems) {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const fields = readAll(readSequence(der)?.[0]?.content ?? Buffer.alloc(0));
    const subject = fields?.[fields[0]?.tag === 0xa0 ? 5 : 4];
    if (!subject) continue;
    const key = nameKey(subject);
    const list = index.get(key);
    if (list) list.push(der);
    else index.set(key, [der]);
  }
  return index;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
