/** TLS to a host of our own choice, whose certificate must be right: not a target, whose certificate is what is measured. */
import type { Socket } from 'node:net';
import { rootCertificates, connect as startTls, type TLSSocket } from 'node:tls';
import { isIP } from './ip.ts';

export interface TrustedTlsOptions {
  /** Name or address that the certificate must cover. */
  readonly host: string;
  /** PEM, beside Node's own roots. */
  readonly trustAnchors: readonly string[];
  /** Milliseconds for the handshake. */
  readonly timeoutMs: number;
}

export type TrustedTls =
  | { readonly ok: true; readonly socket: TLSSocket }
  /** `untrusted`: another try fails as well. The socket is closed. */
  | { readonly ok: false; readonly reason: string; readonly untrusted: boolean };

/** OpenSSL's words for a certificate that is not the host's: they don't pass by themselves. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|CRL_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE/;

/** Never rejects. The socket that it gives has an error listener, so that a late reset can't end the process. */
export function trustedTls(
  socket: Socket,
  { host, trustAnchors, timeoutMs }: TrustedTlsOptions,
): Promise<TrustedTls> {
  return new Promise((resolve) => {
    const secured = startTls({
      socket,
      // Names the host in the certificate; an address is not sent as a server name (RFC 6066 §3).
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(trustAnchors.length > 0 && { ca: [...rootCertificates, ...trustAnchors] }),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
    });
    const fail = (reason: string, untrusted: boolean): void => {
      clearTimeout(timer);
      secured.destroy();
      resolve({ ok: false, reason, untrusted });
    };
    const timer = setTimeout(() => fail('no TLS handshake in time', false), timeoutMs);
    secured.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.name;
      const untrusted = CERTIFICATE.test(code);
      fail(`${untrusted ? 'its certificate is not valid for it' : 'TLS failed'} (${code})`, untrusted);
    });
    secured.once('close', () => fail('closed during the TLS handshake', false));
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      secured.removeAllListeners('close');
      resolve({ ok: true, socket: secured });
    });
  });
}
