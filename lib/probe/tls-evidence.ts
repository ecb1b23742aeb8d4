/** A handshake in lines of evidence: what was sent, what came back. */
import type { TlsResult } from '../model/observation.ts';
import type { HandshakeOptions } from './tls-handshake.ts';

export function describeClientHello({ servername, alpn }: HandshakeOptions): string {
  const name = servername === undefined ? 'no server name' : `server name ${servername}`;
  return `ClientHello: TLS 1.0 to 1.3, ${name}${alpn ? `, ALPN ${alpn.join(', ')}` : ''}`;
}

export function describeTlsResult(tls: TlsResult): string {
  const { handshake, chain = [], receivedBytes = 0 } = tls;
  switch (handshake.status) {
    case 'complete': {
      const alpn = tls.alpn === undefined ? '' : `, ALPN ${tls.alpn}`;
      const staple =
        tls.ocspStapledBytes === undefined ? '' : `, ${tls.ocspStapledBytes} bytes of OCSP staple`;
      const subjects = chain.map(({ subject }) => subject).join(' / ');
      return `ServerHello: ${tls.protocol}, ${tls.cipher}${alpn}${staple}; ${chain.length} certificate${chain.length === 1 ? '' : 's'}: ${subjects}`;
    }
    case 'timeout':
      return `no complete handshake in time, ${receivedBytes} bytes received`;
    case 'closed':
      return `${handshake.by === 'fin' ? 'FIN' : 'RST'} before the handshake ended, ${receivedBytes} bytes received`;
    case 'alert':
      return `alert ${handshake.number} ${handshake.name}, ${receivedBytes} bytes received`;
    case 'not-tls':
      return `not TLS: ${handshake.firstBytes}`;
    case 'failed':
      return `${handshake.code}: ${handshake.message}`;
    case 'deadline':
      return 'the run ended before the handshake';
    default:
      return handshake satisfies never;
  }
}
