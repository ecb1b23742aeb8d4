import { utc } from '../../model/units.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { proxyHeaderFacts } from './connection-facts.ts';
import { handshakeWords, trustWords, weakCipherWords } from './outcome-words.ts';
import { revocationFacts } from './revocation-facts.ts';

export function tlsFacts(tls: TlsResult | undefined): Fact[] {
  if (tls === undefined) return [];
  const { nameMatch, trust, chain, ocspStapledBytes, receivedBytes, helloBytes } = tls;
  const name = nameMatch && (nameMatch.ok ? 'matches' : (nameMatch.reason ?? 'differs'));
  const expires = chain?.[0]?.notAfter;
  return [
    ...fact('TLS handshake', handshakeWords(tls.handshake)),
    ...fact('TLS version', tls.protocol),
    ...fact('Cipher', tls.cipher),
    ...fact('ALPN', tls.alpn),
    ...fact('Server name sent', tls.servername),
    ...fact('Certificate name', name),
    ...fact('Chain', trust && trustWords(trust)),
    ...fact('Certificate expires', expires === undefined ? undefined : utc(expires)),
    ...fact('Certificates sent', tls.chainLength),
    ...fact('Oldest TLS accepted', tls.oldestProtocol),
    ...fact('Weak ciphers', tls.weakCiphers && weakCipherWords(tls.weakCiphers)),
    ...fact('Stapled OCSP', ocspStapledBytes === undefined ? undefined : `${ocspStapledBytes} bytes`),
    ...(tls.mustStaple
      ? fact('Must staple', 'the certificate demands a stapled OCSP response (RFC 7633)')
      : []),
    ...revocationFacts(tls),
    ...proxyHeaderFacts(tls.proxyHeader),
    ...fact('ClientHello sent', helloBytes === undefined ? undefined : `${helloBytes} bytes`),
    ...fact(
      'Received before the failure',
      receivedBytes === undefined ? undefined : `${receivedBytes} bytes`,
    ),
  ];
}
