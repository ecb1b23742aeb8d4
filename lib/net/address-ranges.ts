/** Ranges of IP addresses (CIDR, RFC 4632), and addresses as they are compared with them. */
import { BlockList, isIP } from 'node:net';

export interface AddressRanges {
  /** False for what is no address. */
  has(address: string): boolean;
}

export const NO_RANGES: AddressRanges = { has: () => false };

/** `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7`; the first text that is none of them, if there is one. */
export function addressRanges(
  texts: readonly string[],
): { readonly ranges: AddressRanges } | { readonly wrong: string } {
  const list = new BlockList();
  for (const text of texts) {
    const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const family = familyOf(address);
    const most = family === 'ipv4' ? 32 : 128;
    const prefix = digits === undefined ? most : Number(digits);
    if (family === undefined || address.includes('%') || prefix > most) return { wrong: text };
    list.addSubnet(address, prefix, family);
  }
  return {
    ranges: {
      has(address) {
        const plain = plainAddress(address);
        const family = familyOf(plain ?? '');
        return plain !== undefined && family !== undefined && list.check(plain, family);
      },
    },
  };
}

/** Without a zone, and an IPv4 address that a socket shows in its IPv6 form (RFC 4291 §2.5.5.2) as IPv4; undefined: no address. */
export function plainAddress(text: string): string | undefined {
  const address = text.replace(/%.*$/s, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? undefined : address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  switch (isIP(address)) {
    case 4:
      return 'ipv4';
    case 6:
      return 'ipv6';
    default:
      return undefined;
  }
}
