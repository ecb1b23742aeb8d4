/** A handshake in lines of evidence: what was sent, what came back. */

import type { TlsResult } from '../contract/tls-result.ts';
import { weakCipherWords } from './outcome-words.ts';
import type { HandshakeOptions } from './tls-handshake.ts';
import type { Accepted } from './what-server-accepts.ts';

export function describeClientHello({ servername, alpn }: HandshakeOptions): string {
  const name = servername === undefined ? 'no server name' : `server name ${servername}`;
  return `ClientHello: TLS 1.0 to 1.3, ${name}${alpn ? `, ALPN ${alpn.join(', ')}` : ''}`;
}

/** What the additional connections showed about protocol versions and weak suites, a line each. */
export function describeAccepted({ oldestProtocol, tls12Refused, weakCiphers }: Accepted): string[] {
  const lines: string[] = [];
  if (oldestProtocol !== undefined) {
    const refused = tls12Refused === true ? ', and TLS 1.2 is refused' : '';
    lines.push(`the oldest protocol accepted is ${oldestProtocol}${refused} (separate connections)`);
  }
  if (weakCiphers !== undefined)
    lines.push(`of weak cipher suites ${weakCipherWords(weakCiphers)} (separate connections)`);
  return lines;
}

/** How a handshake went, wherever it was made. */
export function describeTls(tls: TlsResult): string {
  const { handshake, chain = [], receivedBytes = 0 } = tls;
  switch (handshake.status) {
    case 'complete': {
      const alpn = tls.alpn === undefined ? '' : `, ALPN ${tls.alpn}`;
      const staple =
        tls.ocspStapledBytes === undefined ? '' : `, ${tls.ocspStapledBytes} bytes of OCSP staple`;
      const subjects = chain.map(({ subject }) => subject).join(' / ');
      return `TLS handshake done: ${tls.protocol ?? '?'} ${tls.cipher ?? '?'}${alpn}${staple}; ${chain.length} certificate${chain.length === 1 ? '' : 's'}: ${subjects}`;
    }
    case 'timeout':
      return `no complete TLS handshake in time, ${receivedBytes} bytes received`;
    case 'closed':
      return `${handshake.by === 'fin' ? 'FIN' : 'RST'} before the TLS handshake ended (${handshake.code}), ${receivedBytes} bytes received`;
    case 'alert':
      return `TLS alert ${handshake.number} ${handshake.name}, ${receivedBytes} bytes received`;
    case 'not-tls':
      return `not TLS: ${handshake.firstBytes}`;
    case 'failed':
      return `TLS handshake failed: ${handshake.code}: ${handshake.message}`;
    case 'deadline':
      return 'the run ended before the TLS handshake did';
    default:
      return handshake satisfies never;
  }
}
