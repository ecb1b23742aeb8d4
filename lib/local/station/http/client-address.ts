/** Who asks, also where a proxy stands in between. */
import type { IncomingMessage } from 'node:http';
import { type AddressRanges, plainAddress } from '../../../net/address-ranges.ts';

/** Hops that are looked at; whoever sends more wants something else. */
const MAX_HOPS = 20;

/**
 * The client's address, for limits and records: that of the connection, unless a trusted proxy opened it. Then the last
 * entry of X-Forwarded-For that no trusted proxy is: each proxy adds at the end whom it saw, and what stands before that
 * the client may have invented.
 */
export function clientAddress(
  {
    socket,
    headers,
  }: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } },
  proxies: AddressRanges,
): string {
  let client = plainAddress(socket.remoteAddress ?? '') ?? 'unknown';
  const hops = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').slice(-MAX_HOPS);
  while (proxies.has(client)) {
    const before = addressOf(hops.pop() ?? '');
    if (before === undefined) break;
    client = before;
  }
  return client;
}

/** Some proxies write the port, too: `192.0.2.7:51234`, `[2001:db8::7]:51234`. */
const addressOf = (hop: string): string | undefined =>
  plainAddress(
    hop
      .trim()
      .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
      .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1'),
  );
