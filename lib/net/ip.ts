/**
 * Node's own tests for IP literals, under another name: only lib/net may import `node:net`, so that nothing else can
 * open a socket without the address guard (.dependency-cruiser.mjs).
 */
import { isIPv6, SocketAddress } from 'node:net';

export { isIP, isIPv4, isIPv6 } from 'node:net';

/** `FD00:0::2` as `fd00::2`. What is no address of IPv6, or has a zone, stays as it is. */
export const asSystemWrites = (text: string): string =>
  isIPv6(text) && !text.includes('%') ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
