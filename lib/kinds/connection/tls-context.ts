/** One OpenSSL context for each set of trust anchors and each offer: making one costs some 20 ms, a handshake under 1 ms. */
import { constants } from 'node:crypto';
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import { type TrustAnchors, trustAnchors } from '../../x509/trust-anchors.ts';

export interface TlsContext {
  readonly secureContext: SecureContext;
  readonly anchors: TrustAnchors;
}

/**
 * What the ClientHello offers. `browsers`: the suites, groups and signatures that every current browser accepts
 * (clients.ts), the same on every version of Node.js. `all`: all that OpenSSL supports, as sending mail servers offer. `Go`:
 * versions and suites that Go's client offers, no more.
 */
export type Offer = 'browsers' | 'all' | 'Go';

/** With the key that makes a hello large, in addition. Only where `offersPostQuantum()`. */
type ContextOffer = Offer | 'browsers-post-quantum' | 'all-post-quantum';

/** Groups as Chromium and Firefox offer them, with a key for each of the first two (the asterisks): no server that lacks the first needs another round trip. */
const POST_QUANTUM = '*X25519MLKEM768:*';
const BROWSER_GROUPS = 'X25519:P-256:P-384';

let postQuantum: boolean | undefined;

/** Does this OpenSSL know the hybrid group of browsers? From 3.5 on, so with Node 24 and not with Node 20. */
export function offersPostQuantum(): boolean {
  if (postQuantum !== undefined) return postQuantum;
  try {
    // Without a list of its own the context would read all root certificates.
    createSecureContext({ ca: [], ecdhCurve: `${POST_QUANTUM}${BROWSER_GROUPS}` });
    postQuantum = true;
  } catch {
    postQuantum = false;
  }
  return postQuantum;
}

/** Suites of TLS 1.2 that Go 1.23 offers (crypto/tls/cipher_suites.go): forward secrecy only, no CBC with SHA-256. */
const GO_CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ...['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ...['ECDHE-ECDSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-RSA-AES256-SHA'],
].join(':');

const BROWSERS: SecureContextOptions = {
  ciphers: [
    'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA',
    'AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA:@SECLEVEL=0',
  ].join(':'),
  ecdhCurve: BROWSER_GROUPS,
  sigalgs: [
    'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256:ecdsa_secp384r1_sha384',
    'rsa_pss_rsae_sha384:rsa_pkcs1_sha384:rsa_pss_rsae_sha512:rsa_pkcs1_sha512',
  ].join(':'),
};

const ALL_GROUPS =
  'X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:P-224:P-192:secp256k1:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1';

const ALL: SecureContextOptions = {
  ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
  ecdhCurve: ALL_GROUPS,
  // OpenSSL 3 refuses servers without RFC 5746 by default; browsers and mail servers don't.
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
};

const OFFERS: Readonly<Record<ContextOffer, SecureContextOptions>> = {
  browsers: BROWSERS,
  'browsers-post-quantum': { ...BROWSERS, ecdhCurve: `${POST_QUANTUM}${BROWSER_GROUPS}` },
  all: ALL,
  'all-post-quantum': { ...ALL, ecdhCurve: `${POST_QUANTUM}${ALL_GROUPS}` },
  Go: { minVersion: 'TLSv1.2', ciphers: `${GO_CIPHERS}:@SECLEVEL=0` },
};

/** By identity of the list, which exists as long as the run: PEM texts need not be joined for each probe. */
const anchorsOf = new WeakMap<readonly string[], TrustAnchors>();
const contexts: Readonly<Record<ContextOffer, WeakMap<TrustAnchors, TlsContext>>> = {
  browsers: new WeakMap(),
  'browsers-post-quantum': new WeakMap(),
  'all-post-quantum': new WeakMap(),
  all: new WeakMap(),
  Go: new WeakMap(),
};

/**
 * A tolerant client, because the server is judged, not refused: TLS 1.0 to 1.3 are offered and the server chooses the
 * newest it has, and with security level 0 small keys and SHA-1 are judged by our own code, the same on every version of
 * Node. The anchors are given one by one so that verdicts don't depend on the machine's environment
 * (NODE_EXTRA_CA_CERTS).
 */
export function tlsContext(extraAnchors: readonly string[], offer: ContextOffer): TlsContext {
  const anchors = anchorsOf.get(extraAnchors) ?? trustAnchors(extraAnchors);
  anchorsOf.set(extraAnchors, anchors);
  const made = contexts[offer].get(anchors) ?? {
    anchors,
    secureContext: createSecureContext({
      ca: [...anchors.pems],
      // An intermediate or the server's own certificate may be an anchor too, as with curl and Go.
      allowPartialTrustChain: true,
      minVersion: 'TLSv1',
      ...OFFERS[offer],
    }),
  };
  contexts[offer].set(anchors, made);
  return made;
}
