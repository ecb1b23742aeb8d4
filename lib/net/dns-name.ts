import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** RFC 1035 §2.3.4, in bytes; the name without its last dot. */
const MAX_LABEL = 63;
const MAX_NAME = 253;

/** The name as it is asked for, without its last dot; `undefined` when it can't be a DNS name. The root is `.`. */
export function questionName(text: string): string | undefined {
  if (text === '.') return text;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (Buffer.byteLength(name) > MAX_NAME) return undefined;
  const fits = name.split('.').every((label) => label !== '' && Buffer.byteLength(label) <= MAX_LABEL);
  return fits ? name : undefined;
}

/** The zone one label up: `example.com` of `www.example.com`, `.` of `com`. */
export function parentName(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 || name === '.' ? '.' : name.slice(dot + 1);
}

/** Names are compared without regard to case (RFC 4343) and to a last dot. */
export function sameName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

/** In lower case and without the last dot. */
export const plainName = (name: string): string => {
  const lower = name.toLowerCase();
  return lower.length > 1 && lower.endsWith('.') ? lower.slice(0, -1) : lower;
};

/** Is the name the zone's own, or below it? */
export function isInZone(name: string, zone: string): boolean {
  const [own, of] = [plainName(name), plainName(zone)];
  return of === '.' || own === of || own.endsWith(`.${of}`);
}

/** Random bits are taken from the system many at a time, as each question needs only a few. */
const POOL = 512;
let pool = Buffer.alloc(0);
let used = POOL;

/** A random number of 16 bits. */
export function random16(): number {
  if (used + 2 > pool.length) {
    pool = randomBytes(POOL);
    used = 0;
  }
  used += 2;
  return pool.readUInt16BE(used - 2);
}

/**
 * The name in random upper and lower case, which an honest server copies: more bits that a forged answer would have to
 * guess (draft-vixie-dnsext-dns0x20-00, and the default of several resolvers).
 */
export function mixedCase(name: string): string {
  let mixed = '';
  let bits = 0;
  let left = 0;
  for (const character of name) {
    if (left === 0) {
      bits = random16();
      left = 16;
    }
    mixed += (bits & 1) === 1 ? upper(character) : lower(character);
    bits >>= 1;
    left -= 1;
  }
  return mixed;
}

/** ASCII alone: the case of other letters would be another name. */
const upper = (character: string): string =>
  character >= 'a' && character <= 'z' ? character.toUpperCase() : character;
const lower = (character: string): string =>
  character >= 'A' && character <= 'Z' ? character.toLowerCase() : character;

/** RFC 1035 §3.5 and RFC 3596 §2.5; text that is not an address is asked about unchanged. */
export function reverseName(address: string): string {
  if (isIP(address) === 0) return address;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return `${parsed.toByteArray().reverse().join('.')}.in-addr.arpa`;
  const nibbles = parsed.toByteArray().flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .reverse()
    .map((nibble) => nibble.toString(16))
    .join('.')}.ip6.arpa`;
}
