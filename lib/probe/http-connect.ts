/** A connection for one HTTP exchange: dialled under the guard, then TLS for https. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ConnectResult, TlsResult } from '../model/observation.ts';
import { describeDial } from '../net/dial.ts';
import type { Exchange } from '../net/exchange.ts';
import { CONNECT_TIMEOUT_MS } from '../plan/timeouts.ts';
import { hostOf, portOf } from './http-redirect.ts';
import type { ProbeContext } from './probe.ts';
import { describeTls } from './smtp-session.ts';
import { handshake } from './tls-handshake.ts';

/** The socket to speak on, and which HTTP its ALPN chose. */
export type Line =
  | { readonly version: 1; readonly socket: Socket }
  | { readonly version: 2; readonly socket: TLSSocket };

export interface HopConnection {
  readonly connect: ConnectResult;
  readonly tls?: TlsResult;
  /** Only when everything succeeded. */
  readonly line?: Line;
  readonly localAddress?: string;
  readonly timings: { readonly connect: number; readonly tls?: number };
}

/** Offering h2 is the check for it: the server chooses, and what it chose is spoken. */
export const OFFER_BOTH = ['h2', 'http/1.1'] as const;
export const OFFER_HTTP1 = ['http/1.1'] as const;

/**
 * @param address the literal to dial; Host and SNI stay those of `url`
 * @param left    milliseconds left of the probe's budget
 */
export async function connectHop(
  url: URL,
  address: string,
  alpn: readonly string[],
  left: () => number,
  context: ProbeContext,
  exchange: Exchange,
): Promise<HopConnection> {
  const port = portOf(url);
  const dialled = await context.dial(address, port, { timeoutMs: Math.min(left(), CONNECT_TIMEOUT_MS) });
  exchange.event(describeDial(address, port, dialled));
  if (!dialled.ok) return { connect: dialled.result, timings: { connect: dialled.ms } };

  const connect: ConnectResult = { status: 'connected' };
  const { socket, localAddress, ms } = dialled;
  if (url.protocol === 'http:') {
    return { connect, line: { version: 1, socket }, localAddress, timings: { connect: ms } };
  }
  const host = hostOf(url);
  const secure = await handshake(socket, { servername: host, host, timeoutMs: left(), alpn }, context);
  exchange.event(describeTls(secure.result));
  const timings = { connect: ms, tls: secure.ms };
  if (secure.socket === undefined) return { connect, tls: secure.result, localAddress, timings };
  const line: Line =
    secure.result.alpn === 'h2'
      ? { version: 2, socket: secure.socket }
      : { version: 1, socket: secure.socket };
  return { connect, tls: secure.result, line, localAddress, timings };
}
