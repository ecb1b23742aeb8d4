/**
 * Node's own tests for IP literals, under another name: only lib/net may import `node:net`, so that nothing else can
 * open a socket without the address guard (.dependency-cruiser.mjs).
 */
export { isIP, isIPv4, isIPv6 } from 'node:net';
