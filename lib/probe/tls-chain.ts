/** The certificates a server sent, judged: facts, trust, names. Equal chains are judged once. */
import type { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import type { CertificateFacts, TlsResult } from '../model/observation.ts';
import { printable } from '../net/printable.ts';
import { type ParsedCertificate, parseCertificate } from './certificate.ts';
import { judgeTrust, type Trust } from './trust.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** Most certificates judged and kept of a chain; real ones have two to four. */
export const CHAIN_LIMIT = 16;
/** Most certificates counted. */
const COUNT_LIMIT = 200;
/** Chains remembered: enough for a run's targets behind one another, some 10 KB each. */
const REMEMBERED = 512;
const NAMES_REMEMBERED = 64;

type NameMatch = NonNullable<TlsResult['nameMatch']>;
type ChainResult = Pick<TlsResult, 'chain' | 'chainLength' | 'trust' | 'mustStaple' | 'nameMatch'>;

interface JudgedChain {
  readonly chain: CertificateFacts[];
  readonly trust: Trust;
  readonly mustStaple: boolean;
  readonly nameMatches: Map<string, NameMatch>;
}

/** Least recently used first. Dates play no part in it: they are judged in diagnosis, at its own time. */
const judged = new Map<string, JudgedChain>();

/**
 * The chain as it was sent. `getPeerX509Certificate` walks OpenSSL's list of sent certificates;
 * `getPeerCertificate(true)` would append a root of ours. To be called once for a socket: Node takes the list apart.
 *
 * @param verifyError OpenSSL's error code for the chain, absent when it accepted it
 */
export function readChain(
  socket: TLSSocket,
  host: string,
  anchors: TrustAnchors,
  verifyError: string | undefined,
): ChainResult {
  const sent: X509Certificate[] = [];
  let length = 0;
  let key = `${anchors.id} ${verifyError ?? ''}`;
  let certificate = socket.getPeerX509Certificate();
  const leaf = certificate;
  while (certificate && length < COUNT_LIMIT) {
    length += 1;
    if (length <= CHAIN_LIMIT) {
      sent.push(certificate);
      key += ` ${certificate.fingerprint256}`;
    }
    certificate = certificate.issuerCertificate;
  }
  if (!leaf) return {};
  const known = judged.get(key) ?? judge(sent, anchors, verifyError);
  judged.delete(key);
  judged.set(key, known);
  if (judged.size > REMEMBERED) judged.delete(judged.keys().next().value ?? key);
  return {
    chain: known.chain,
    ...(length > known.chain.length && { chainLength: length }),
    trust: known.trust,
    ...(known.mustStaple && { mustStaple: true }),
    nameMatch: nameMatchOf(leaf, host, known.nameMatches),
  };
}

function judge(
  sent: readonly X509Certificate[],
  anchors: TrustAnchors,
  verifyError: string | undefined,
): JudgedChain {
  const parsed = sent.map((certificate) => parseCertificate(certificate));
  const readable = parsed.filter(
    (certificate): certificate is ParsedCertificate => certificate !== undefined,
  );
  const unreadable = parsed.indexOf(undefined);
  const trust: Trust =
    unreadable < 0
      ? judgeTrust(readable, anchors, verifyError)
      : { status: 'chain-invalid', detail: `certificate ${unreadable + 1} of the chain is malformed` };
  return {
    chain: parsed.map((certificate, at) => certificate?.facts ?? bareFacts(sent[at])),
    trust,
    mustStaple: parsed[0]?.mustStaple ?? false,
    nameMatches: new Map(),
  };
}

/** What OpenSSL makes of a certificate that our reader can't read. */
function bareFacts(certificate: X509Certificate | undefined): CertificateFacts {
  return {
    subject: printable(certificate?.subject ?? '', 300),
    issuer: printable(certificate?.issuer ?? '', 300),
    altNames: [],
    serial: printable(certificate?.serialNumber.toLowerCase() ?? '', 80),
    notBefore: printable(certificate?.validFrom ?? '', 60),
    notAfter: printable(certificate?.validTo ?? '', 60),
    keyType: 'unknown',
    keyBits: 0,
    signatureAlgorithm: 'unknown',
    fingerprint256: certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '',
    selfSigned: false,
    isCa: certificate?.ca ?? false,
  };
}

function nameMatchOf(leaf: X509Certificate, host: string, known: Map<string, NameMatch>): NameMatch {
  const found = known.get(host);
  if (found) return found;
  const error = identityError(leaf, host);
  const match: NameMatch = error === undefined ? { ok: true } : { ok: false, reason: printable(error, 300) };
  if (known.size >= NAMES_REMEMBERED) known.clear();
  known.set(host, match);
  return match;
}

/** RFC 6125 §6 as Node does it. Hostile names make it throw (ERR_TLS_CERT_ALTNAME_FORMAT). */
function identityError(leaf: X509Certificate, host: string): string | undefined {
  try {
    return checkServerIdentity(host, leaf.toLegacyObject())?.message;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
