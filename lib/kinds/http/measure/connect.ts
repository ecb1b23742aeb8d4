/** A connection for one HTTP exchange: dialled under the guard, then TLS for https. */

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ConnectResult } from '../../../model/observed.ts';
import { describeDial } from '../../../net/dial.ts';
import type { Exchange } from '../../../net/exchange.ts';
import type { LocalEnd } from '../../../net/network-access.ts';
import { CONNECT_TIMEOUT_MS } from '../../connection/connect-timeout.ts';
import { describeTls } from '../../connection/tls-evidence.ts';
import { type HandshakeOptions, handshake } from '../../connection/tls-handshake.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import type { TlsResult } from '../../contract/tls-result.ts';
import { hostOf, portOf } from './redirect.ts';

/** The socket to use, and which HTTP its ALPN chose. */
export type Line =
  | { readonly version: 1; readonly socket: Socket }
  | { readonly version: 2; readonly socket: TLSSocket };

export interface HopConnection {
  readonly connect: ConnectResult;
  readonly tls?: TlsResult;
  /** Only when everything succeeded. */
  readonly line?: Line;
  readonly local: LocalEnd;
  readonly timings: { readonly connect: number; readonly tls?: number };
}

export type TlsOffer = Required<Pick<HandshakeOptions, 'alpn'>> & Pick<HandshakeOptions, 'offer'>;

/** Offering h2 is the check for it: the server chooses, and its choice is used. */
export const OFFER_BOTH: TlsOffer = { alpn: ['h2', 'http/1.1'] };
export const OFFER_HTTP1: TlsOffer = { alpn: ['http/1.1'] };
/** As Let's Encrypt offers it (boulder va/http.go: Go's client with a configuration of its own). */
export const GO_OFFER: TlsOffer = { alpn: [], offer: 'Go' };

/**
 * @param address the literal to dial; Host and SNI stay those of `url`
 * @param left    milliseconds left of the probe's budget
 */
export async function connectHop(
  url: URL,
  address: string,
  offer: TlsOffer,
  left: () => number,
  context: ProbeContext,
  exchange: Exchange,
): Promise<HopConnection> {
  const port = portOf(url);
  const dialled = await context.dial(address, port, { timeoutMs: Math.min(left(), CONNECT_TIMEOUT_MS) });
  exchange.event(describeDial(address, port, dialled));
  const { localAddress, localPort, ms } = dialled;
  const local: LocalEnd = {
    ...(localAddress !== undefined && { localAddress }),
    ...(localPort !== undefined && { localPort }),
  };
  if (!dialled.ok) return { connect: dialled.result, local, timings: { connect: ms } };

  const connect: ConnectResult = { status: 'connected' };
  const { socket } = dialled;
  if (url.protocol === 'http:') {
    return { connect, line: { version: 1, socket }, local, timings: { connect: ms } };
  }
  const host = hostOf(url);
  const secure = await handshake(socket, { servername: host, host, timeoutMs: left(), ...offer }, context);
  exchange.event(describeTls(secure.result));
  const timings = { connect: ms, tls: secure.ms };
  if (secure.socket === undefined) return { connect, tls: secure.result, local, timings };
  const line: Line =
    secure.result.alpn === 'h2'
      ? { version: 2, socket: secure.socket }
      : { version: 1, socket: secure.socket };
  return { connect, tls: secure.result, line, local, timings };
}
