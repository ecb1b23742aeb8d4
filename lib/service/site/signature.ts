/**
 * How a site vantage signs what it asks: Ed25519 (RFC 8032) over method, path, time, nonce and the SHA-256 of the body, in the
 * header `authorization`. So nothing of a request can be changed, sent again, or sent as another vantage.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

const SCHEME = 'Inbound-Check-Vantage';

export interface SignedHead {
  readonly name: string;
  /** Epoch ms, by the clock of the vantage. */
  readonly time: number;
  /** 128 bits, hex. */
  readonly nonce: string;
  /** SHA-256 of the body, hex. */
  readonly digest: string;
  /** base64url. */
  readonly signature: string;
}

const HEAD = new RegExp(
  `^${SCHEME} name=([a-z0-9][a-z0-9-]{0,31}), time=(\\d{13}), nonce=([0-9a-f]{32}), digest=([0-9a-f]{64}), signature=([A-Za-z0-9_-]{86})$`,
);

/** `undefined`: it is none. */
export function readSignedHead(header: string | undefined): SignedHead | undefined {
  const [, name, time, nonce, digest, signature] = HEAD.exec(header ?? '') ?? [];
  if (name === undefined || nonce === undefined || digest === undefined || signature === undefined)
    return undefined;
  return { name, time: Number(time), nonce, digest, signature };
}

export const bodyDigest = (body: string): string => createHash('sha256').update(body).digest('hex');

interface SiteRequestLine {
  readonly method: string;
  /** With a slash first, without a query. */
  readonly path: string;
}

const signedBytes = (
  { method, path }: SiteRequestLine,
  { name, time, nonce, digest }: Omit<SignedHead, 'signature'>,
): Buffer =>
  Buffer.from(
    ['inbound-check-vantage@1', method, path, name, String(time), nonce, digest].join('\n'),
    'utf8',
  );

/** The header. */
export function signRequest(
  asked: SiteRequestLine,
  head: Omit<SignedHead, 'signature'>,
  privateKey: KeyObject,
): string {
  const signature = sign(null, signedBytes(asked, head), privateKey).toString('base64url');
  const { name, time, nonce, digest } = head;
  return `${SCHEME} name=${name}, time=${time}, nonce=${nonce}, digest=${digest}, signature=${signature}`;
}

/** @param publicKey 32 bytes in base64url */
export function isSignedBy(publicKey: string, asked: SiteRequestLine, head: SignedHead): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, signedBytes(asked, head), key, Buffer.from(head.signature, 'base64url'));
  } catch {
    // What is stored is no key: then nothing is signed by it.
    return false;
  }
}

/** Of a private key, 32 bytes in base64url. */
export const publicKeyOf = (privateKey: KeyObject): string =>
  String(createPublicKey(privateKey).export({ format: 'jwk' }).x);

/** @throws for what is no key */
export const readPrivateKey = (pem: string): KeyObject => createPrivateKey(pem);
