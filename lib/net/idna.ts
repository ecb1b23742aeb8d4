import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** RFC 1035 §2.3.4: 255 octets on the wire, which leaves 253 characters of text; 63 for a label. */
const MAX_NAME = 253;
const MAX_LABEL = 63;

/**
 * A host name as it is sent on the network: lower case, punycode (UTS #46), without the root's dot. IP literals come back
 * as they are. `undefined` for what can't be a DNS name: an empty or too long label, a forbidden character, and
 * numbers that a URL parser would read as an IPv4 address (see `numericAddress`).
 */
export function toAsciiHost(host: string): string | undefined {
  if (isIP(host) !== 0) return host.toLowerCase();
  // domainToASCII percent-decodes nothing but lets a few URL delimiters through to its own reading.
  if (host === '' || /[\s/\\?#@:%[\]<>^|]/.test(host)) return undefined;
  const ascii = domainToASCII(host.endsWith('.') ? host.slice(0, -1) : host);
  if (ascii === '' || ascii.length > MAX_NAME || isIP(ascii) !== 0) return undefined;
  for (const label of ascii.split('.')) {
    if (label.length === 0 || label.length > MAX_LABEL) return undefined;
    // Underscores are not allowed in host names (RFC 952), but names with them resolve and are in use.
    if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label)) return undefined;
  }
  return ascii;
}

/**
 * The IPv4 address that inet_aton, browsers and curl would read from a number in an unusual spelling (`0177.0.0.1`,
 * `2130706433`, `0x7f.1`, `127.1`, full-width digits), or `undefined` if `host` is no such spelling. Requests with
 * one are refused: the address that a person reads and the one that is dialled must be the same.
 */
export function numericAddress(host: string): string | undefined {
  if (isIP(host) !== 0) return undefined;
  const ascii = domainToASCII(host);
  return isIP(ascii) === 4 ? ascii : undefined;
}
