/** How each step went, in words: one phrase for each outcome that the model knows. */

import type { ConnectResult, StreamEnd } from '../../model/observed.ts';
import type { TlsResult } from '../contract/tls-result.ts';

/** How the TCP connect (for ntp the UDP exchange) went. */
export function connectWords(connect: ConnectResult): string {
  switch (connect.status) {
    case 'connected':
      return 'connected';
    case 'refused':
      return `refused (${connect.code}: a reset, or ICMP port unreachable)`;
    case 'timeout':
      return 'no answer within the timeout';
    case 'unreachable':
      return connect.local ? `no route from here (${connect.code})` : `unreachable (${connect.code})`;
    case 'reset':
      return `handshake completed, then reset at once (${connect.code})`;
    case 'refused-by-guard':
      return `not dialled: the address is ${connect.range}`;
    case 'deadline':
      return 'the deadline of the run came first';
    default:
      return connect satisfies never;
  }
}

/** How reading a stream ended. */
export function endWords(end: StreamEnd): string {
  switch (end) {
    case 'complete':
      return 'complete';
    case 'fin':
      return 'the peer closed the connection';
    case 'reset':
      return 'the peer reset the connection';
    case 'timeout':
      return 'silence until the timeout';
    case 'too-large':
      return 'cut off: beyond the size limit';
    case 'deadline':
      return 'the deadline of the run came first';
    default:
      return end satisfies never;
  }
}

/** How the TLS handshake went. */
export function handshakeWords(handshake: TlsResult['handshake']): string {
  switch (handshake.status) {
    case 'complete':
      return 'complete';
    case 'timeout':
      return 'no ServerHello within the timeout';
    case 'closed':
      return `${handshake.by === 'fin' ? 'closed' : 'reset'} by the peer before it ended (${handshake.code})`;
    case 'alert':
      return `alert ${handshake.number} (${handshake.name}) from the peer`;
    case 'not-tls':
      return `the answer is no TLS: ${handshake.firstBytes}`;
    case 'failed':
      return `failed: ${handshake.message} (${handshake.code})`;
    case 'deadline':
      return 'the deadline of the run came first';
    default:
      return handshake satisfies never;
  }
}

/** What a server that was offered weak suites alone chose. */
export function weakCipherWords({ accepted, complete }: NonNullable<TlsResult['weakCiphers']>): string {
  if (accepted.length === 0) return 'none accepted';
  return `accepted: ${accepted.join(', ')}${complete ? '' : ', and perhaps more'}`;
}

/** The trust of a chain, without its dates and names. */
export function trustWords(trust: NonNullable<TlsResult['trust']>): string {
  const words = {
    anchored: `anchored${trust.anchor ? ` in ${trust.anchor}` : ''}`,
    'self-signed-leaf': 'self-signed',
    'untrusted-root': 'leads to a root that is not trusted',
    'issuer-missing': 'an issuer is missing in what the server sent',
    'bad-signature': 'a signature does not verify',
    'chain-invalid': 'leads to a trusted root, but breaks a rule on the way',
  } as const satisfies Record<typeof trust.status, string>;
  return trust.detail ? `${words[trust.status]} (${trust.detail})` : words[trust.status];
}
