import { isIPv4, isIPv6 } from 'node:net';

/** One flow that a firewall rule lets in or keeps out. */
export interface Flow {
  readonly action: 'allow' | 'deny';
  /** Public address of the endpoint: an IPv4 or IPv6 literal without zone or brackets. */
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Where it comes from: address literals or CIDR blocks; empty: the whole internet. */
  readonly sources: readonly string[];
}

export interface Source {
  readonly address: string;
  /** Length of the prefix in bits. */
  readonly prefix: number;
}

/**
 * A flow whose every part has been checked against a closed grammar, so that a product's file may put it into a
 * command line without quoting. Only `checkFlow` makes one; host names never get into a rule.
 */
export interface CheckedFlow {
  readonly action: 'allow' | 'deny';
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Of the address's family; empty: any. */
  readonly sources: readonly Source[];
  /** Name for the rule: letters, digits and hyphens, unique for action, protocol, port and address; at most 58 characters. */
  readonly name: string;
}

// isIPv6 accepts a zone (`fe80::1%eth0;reboot` with some versions): a routable address has none.
const ADDRESS = /^[0-9A-Fa-f:.]{2,45}$/;
const familyOf = (text: string): 4 | 6 | undefined => {
  if (!ADDRESS.test(text)) return undefined;
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : undefined;
};

const parseSource = (text: string): (Source & { family: 4 | 6 }) | undefined => {
  const [address = '', prefixText, ...rest] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return undefined;
  const widest = family === 4 ? 32 : 128;
  if (prefixText === undefined) return { address, prefix: widest, family };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > widest) return undefined;
  return { address, prefix: Number(prefixText), family };
};

/**
 * Judges a flow. `undefined` when a part is not what it must be, or when sources were named but none is of the
 * address's family: a rule from *any* in its place would open more than was asked for.
 */
export const checkFlow = (flow: Flow): CheckedFlow | undefined => {
  const family = familyOf(flow.address);
  if (family === undefined) return undefined;
  if (!Number.isInteger(flow.port) || flow.port < 1 || flow.port > 65_535) return undefined;
  if (flow.protocol !== 'tcp' && flow.protocol !== 'udp') return undefined;
  if (flow.action !== 'allow' && flow.action !== 'deny') return undefined;
  const parsedSources = flow.sources.map(parseSource);
  const sources: Source[] = [];
  for (const source of parsedSources) {
    if (source === undefined) return undefined;
    if (source.family === family) sources.push({ address: source.address, prefix: source.prefix });
  }
  if (flow.sources.length > 0 && sources.length === 0) return undefined;
  const { action, address, port, protocol } = flow;
  const name = `ic-${action}-${protocol}-${port}-${address.replaceAll(/[.:]+/g, '-').toLowerCase()}`.replace(
    /-$/,
    '',
  );
  return { action, address, family, port, protocol, sources, name };
};

/** `192.0.2.0/24`, or the bare address when it is a single host. */
export const sourceText = (source: Source): string =>
  source.prefix === (source.address.includes(':') ? 128 : 32)
    ? source.address
    : `${source.address}/${source.prefix}`;

/** Always with prefix: `192.0.2.1/32`. */
export const sourceCidr = (source: Source): string => `${source.address}/${source.prefix}`;

/** Dotted IPv4 netmask of a prefix length. */
export const netmask = (prefix: number): string => {
  const bits = prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
};
