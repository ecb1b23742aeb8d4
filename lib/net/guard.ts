import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { AddressGuard } from './network-access.ts';
import type { RangeScope, SpecialRange } from './special-ranges.ts';
import { SPECIAL_IPV4, SPECIAL_IPV6 } from './special-ranges.ts';

export type AddressScope = 'loopback' | 'private' | 'public' | 'forbidden';

export interface JudgedAddress {
  readonly scope: AddressScope;
  /** Readable name of the range; empty for public addresses. */
  readonly range: string;
}

const NOT_AN_ADDRESS: JudgedAddress = { scope: 'forbidden', range: 'not an IP address' };
const PUBLIC: JudgedAddress = { scope: 'public', range: '' };

/** A range in 16-bit groups (two for IPv4, eight for IPv6), so that a check is a few integer comparisons. */
interface CompiledRange {
  readonly groups: readonly number[];
  readonly masks: readonly number[];
  readonly scope: RangeScope;
  readonly name: string;
}

const compiled4 = SPECIAL_IPV4.map(compile);
const compiled6 = SPECIAL_IPV6.map(compile);

/**
 * Judges a literal. Only the spelling that is dialled is accepted: dotted decimal without leading zeros (RFC 6943 §3.1.1
 * describes what happens otherwise), IPv6 by RFC 4291 §2.2, a zone only on link-local addresses.
 */
export function judgeAddress(address: string): JudgedAddress {
  switch (isIP(address)) {
    case 4:
      return judge4(groups4(address));
    case 6:
      return judge6(address);
    default:
      return NOT_AN_ADDRESS;
  }
}

/** `forbidden` is never dialled, not even with --allow-private; text that is not an IP literal is forbidden too. */
export function addressScope(address: string): AddressScope {
  return judgeAddress(address).scope;
}

/**
 * The guard of a run. It gives the name of the range for which an address is refused (`loopback`,
 * `private (RFC 1918)`, `cloud metadata`, `not an IP address`…), or `undefined` when it may be dialled.
 */
export function createGuard(options: { readonly allowPrivate: boolean }): AddressGuard {
  return (address) => {
    const judged = judgeAddress(address);
    switch (judged.scope) {
      case 'public':
        return undefined;
      case 'forbidden':
        return judged.range;
      case 'private':
      case 'loopback':
        return options.allowPrivate ? undefined : judged.range;
      default:
        return judged.scope satisfies never;
    }
  };
}

function judge4(groups: readonly number[]): JudgedAddress {
  const range = firstMatch(compiled4, groups);
  if (range === undefined || range.scope === 'public' || range.scope === 'embedded') return PUBLIC;
  return { scope: range.scope, range: range.name };
}

function judge6(address: string): JudgedAddress {
  const zone = address.indexOf('%');
  const groups = groups6(zone < 0 ? address : address.slice(0, zone));
  const range = firstMatch(compiled6, groups);
  if (range === undefined) return NOT_AN_ADDRESS; // ::/0 ends the table.
  if (zone >= 0 && ((groups[0] ?? 0) & 0xffc0) !== 0xfe80) return NOT_AN_ADDRESS;
  switch (range.scope) {
    case 'public':
      return PUBLIC;
    case 'embedded':
      return judgeEmbedded(range.name, embeddedIpv4(groups));
    case 'private':
    case 'loopback':
    case 'forbidden':
      return { scope: range.scope, range: range.name };
    default:
      return range.scope satisfies never;
  }
}

/** An embedded form of an address that is not public is always forbidden: its only use is to get around a guard. */
function judgeEmbedded(name: string, addresses: readonly (readonly number[])[]): JudgedAddress {
  for (const address of addresses) {
    const inner = judge4(address);
    if (inner.scope !== 'public') return { scope: 'forbidden', range: `${name} form of ${inner.range}` };
  }
  return PUBLIC;
}

/** The IPv4 addresses in an IPv6 address of a range marked `embedded`. */
function embeddedIpv4(groups: readonly number[]): readonly (readonly number[])[] {
  const at = (index: number): number => groups[index] ?? 0;
  if (at(0) === 0x2002) return [[at(1), at(2)]];
  // Teredo (RFC 4380 §4): the server's address, and the client's with all bits inverted.
  if (at(0) === 0x2001) {
    return [
      [at(2), at(3)],
      [at(6) ^ 0xffff, at(7) ^ 0xffff],
    ];
  }
  return [[at(6), at(7)]];
}

/** The two 16-bit groups of a dotted quad that `isIP` has accepted. */
function groups4(address: string): readonly [number, number] {
  let high = 0;
  let low = 0;
  let octet = 0;
  for (let index = 0; index < address.length; index += 1) {
    const code = address.charCodeAt(index);
    if (code !== DOT) {
      octet = octet * 10 + code - ZERO;
      continue;
    }
    high = ((high << 8) | (low >> 8)) & 0xffff;
    low = ((low << 8) | octet) & 0xffff;
    octet = 0;
  }
  return [((high << 8) | (low >> 8)) & 0xffff, ((low << 8) | octet) & 0xffff];
}

const DOT = 0x2e;
const ZERO = 0x30;

/** RFC 4291 §2.2. A dotted tail is rewritten first: ipaddr.js reads `::192.0.2.1` as if it were `::ffff:192.0.2.1`. */
function groups6(address: string): readonly number[] {
  const dotted = address.includes('.') ? address.lastIndexOf(':') + 1 : -1;
  if (dotted < 0) return ipaddr.IPv6.parse(address).parts;
  const tail = groups4(address.slice(dotted)).map((group) => group.toString(16));
  return ipaddr.IPv6.parse(`${address.slice(0, dotted)}${tail.join(':')}`).parts;
}

/** Plain loops: every probe of a run calls this. */
function firstMatch(ranges: readonly CompiledRange[], groups: readonly number[]): CompiledRange | undefined {
  for (const range of ranges) {
    let index = 0;
    while (
      index < range.masks.length &&
      ((groups[index] ?? 0) & (range.masks[index] ?? 0)) === range.groups[index]
    ) {
      index += 1;
    }
    if (index === range.masks.length) return range;
  }
  return undefined;
}

function compile(range: SpecialRange): CompiledRange {
  const [address, bits] = ipaddr.parseCIDR(range.cidr);
  const bytes = address.toByteArray();
  const groups: number[] = [];
  const masks: number[] = [];
  for (let index = 0; index < bytes.length / 2 && index * 16 < bits; index += 1) {
    const covered = Math.min(16, bits - index * 16);
    masks.push((0xffff << (16 - covered)) & 0xffff);
    groups.push((bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0));
  }
  return { groups, masks, scope: range.scope, name: range.name };
}
