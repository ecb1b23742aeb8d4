/** TLS at a listener's port, with a certificate that lives as long as the listener. */

import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { createCertificate } from '../demo/certificate.ts';

const DAY = 86_400_000;

/** A new key and a certificate that nobody can trust: the proof, not the certificate, says who answers. */
export function throwAwayContext(now: number): SecureContext {
  const { key, cert } = createCertificate({
    subject: 'Inbound Check test listener',
    names: ['inbound-check-listener.invalid'],
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 2 * DAY),
  });
  return createSecureContext({ key, cert });
}

/** The first two bytes of a TLS handshake record (RFC 8446 §5.1); `undefined`: one byte, which could still become one. */
export function isClientHello(bytes: Buffer): boolean | undefined {
  if (bytes[0] !== 0x16) return false;
  return bytes.length < 2 ? undefined : bytes[1] === 0x03;
}

/** The session on `socket`, whose first bytes were put back; `undefined`: the handshake failed. */
export function acceptTls(socket: Socket, secureContext: SecureContext): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const session = new TLSSocket(socket, { isServer: true, secureContext });
    session.once('secure', () => resolve(session));
    session.once('close', () => resolve(undefined));
    session.on('error', () => session.destroy());
    socket.once('close', () => session.destroy());
  });
}
