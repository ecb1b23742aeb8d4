/** Which properties of a server's handshake and certificate are in the table of clients. Probes use it, so it has no texts. */
import { NO_NAMES, UNREADABLE_NAMES } from '../../x509/certificate.ts';
import type { CertificateFacts } from '../../x509/facts.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import type { Property } from './clients.ts';

/**
 * Why a handshake with the offer of browsers failed where one that offered everything succeeded: the key exchange, its group,
 * the cipher, the server's key and its signature. Empty when browsers were not refused, or for none of these.
 */
export function handshakeProperties(tls: TlsResult): Property[] {
  if (tls.asBrowser === undefined) return [];
  return [keyExchangeProperty(tls), cipherProperty(tls), keyProperty(tls), signatureProperty(tls)].flatMap(
    (property) => property ?? [],
  );
}

function keyExchangeProperty({ keyExchange }: TlsResult): Property | undefined {
  if (!keyExchange || keyExchange.type === 'RSA') return undefined;
  return keyExchange.type === 'DHE' ? 'key-exchange-dhe' : GROUPS[keyExchange.group ?? ''];
}

/** A fault of form among the alternative names (`TlsResult.malformed`). */
export function malformedProperty(text: string): Property {
  if (text === UNREADABLE_NAMES) return 'names-unreadable';
  if (text === NO_NAMES) return 'names-empty';
  return text.includes('not in ASCII') ? 'name-not-ascii' : 'name-malformed';
}

/** The size of an RSA key on the path that some clients refuse. */
export function smallKeyProperty({
  keyType,
  keyBits,
}: Pick<CertificateFacts, 'keyType' | 'keyBits'>): Property | undefined {
  if (keyType !== 'rsa' && keyType !== 'rsa-pss') return undefined;
  if (keyBits < 1_024) return 'key-rsa-768';
  return keyBits < 2_048 ? 'key-rsa-1024' : undefined;
}

/** How a certificate is signed, where browsers don't know the algorithm. @param issuerCurve the issuer's, as in the facts */
export function signerProperty(algorithm: string, issuerCurve: string | undefined): Property | undefined {
  if (algorithm.startsWith('dsa-')) return 'signed-by-dsa';
  if (algorithm === 'ed25519') return 'signed-by-ed25519';
  if (algorithm === 'ed448') return 'signed-by-ed448';
  return issuerCurve === undefined ? undefined : 'signed-by-other-curve';
}

/** By OpenSSL's names. */
const GROUPS: Readonly<Record<string, Property>> = {
  secp521r1: 'group-p521',
  X448: 'group-x448',
  ffdhe2048: 'group-ffdhe',
  ffdhe3072: 'group-ffdhe',
  ffdhe4096: 'group-ffdhe',
};

function cipherProperty({ cipher = '', keyExchange }: TlsResult): Property | undefined {
  if (keyExchange?.type === 'DHE') return undefined;
  if (/_CBC_SHA(256|384)$/.test(cipher)) return 'cipher-cbc-sha256';
  if (/_CCM(_8)?$|_CCM_8?_?SHA256$/.test(cipher)) return 'cipher-ccm';
  return /CAMELLIA|ARIA|3DES|SEED|IDEA|RC4/.test(cipher) ? 'cipher-camellia' : undefined;
}

function keyProperty({ chain }: TlsResult): Property | undefined {
  const leaf = chain?.[0];
  switch (leaf?.keyType) {
    case 'dsa':
      return 'key-dsa';
    case 'rsa-pss':
      return 'key-rsa-pss';
    case 'ed25519':
      return 'key-ed25519';
    case 'ed448':
      return 'key-ed448';
    case 'ec':
      if (leaf.keyBits === 521) return 'key-p521';
      if (leaf.curve !== undefined) return 'key-other-curve';
      return leaf.keyBits === 256 || leaf.keyBits === 384 ? undefined : 'key-other-curve';
    default:
      return undefined;
  }
}

const signatureProperty = ({ handshakeSignature }: TlsResult): Property | undefined =>
  handshakeSignature?.endsWith('_sha1') ? 'handshake-signature-sha1' : undefined;
