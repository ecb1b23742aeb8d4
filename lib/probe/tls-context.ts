/** One OpenSSL context for each set of trust anchors: making one costs some 20 ms, a handshake under 1 ms. */
import { createSecureContext, DEFAULT_CIPHERS, type SecureContext } from 'node:tls';
import { type TrustAnchors, trustAnchors } from './trust-anchors.ts';

export interface TlsContext {
  readonly secureContext: SecureContext;
  readonly anchors: TrustAnchors;
}

/** By identity of the list, which lives as long as the run: joining PEM texts for each probe is spared. */
const contexts = new WeakMap<readonly string[], TlsContext>();
const byAnchors = new WeakMap<TrustAnchors, TlsContext>();

/**
 * The most tolerant client that OpenSSL can be, because the server is judged, not shut out: TLS 1.0 to 1.3 are
 * offered and the server takes the best it has, and security level 0 leaves small keys and SHA-1 to our own
 * judgement, the same on every version of Node. The anchors are given one by one so that verdicts don't depend on
 * the machine's environment (NODE_EXTRA_CA_CERTS).
 */
export function tlsContext(extraAnchors: readonly string[]): TlsContext {
  const known = contexts.get(extraAnchors);
  if (known) return known;
  const anchors = trustAnchors(extraAnchors);
  const made = byAnchors.get(anchors) ?? {
    anchors,
    secureContext: createSecureContext({
      ca: [...anchors.pems],
      minVersion: 'TLSv1',
      ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
    }),
  };
  byAnchors.set(anchors, made);
  contexts.set(extraAnchors, made);
  return made;
}
