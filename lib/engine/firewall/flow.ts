import { isIPv4, isIPv6 } from '../../net/ip.ts';

/** One flow that a firewall rule allows or denies. */
export interface FirewallFlow {
  readonly action: 'allow' | 'deny';
  /** Public address of the endpoint: an IPv4 or IPv6 literal without zone or brackets. */
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Its sources: address literals or CIDR blocks; empty: the whole internet. */
  readonly sources: readonly string[];
  /** The connection that failed, or succeeded. Parts that are not valid are left out. */
  readonly seen?: { readonly source?: string | undefined; readonly at?: string | undefined };
}

export interface Source {
  readonly address: string;
  /** Length of the prefix in bits. */
  readonly prefix: number;
}

/**
 * A flow of which every part has been checked against a strict grammar, so that a product's file may put it into a
 * command line without quoting. Only `checkFlow` makes one; host names are never part of a rule.
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
  readonly seen: {
    /** Source address, of the address's family. */
    readonly source?: string;
    /** `2026-03-01 09:30:05 UTC`. */
    readonly at?: string;
  };
}

// isIPv6 accepts a zone (`fe80::1%eth0;reboot` with some versions): a routable address has none.
const ADDRESS = /^[0-9A-Fa-f:.]{2,45}$/;
const familyOf = (text: string): 4 | 6 | undefined => {
  if (!ADDRESS.test(text)) return undefined;
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : undefined;
};

/** An address literal or a CIDR block; `undefined` for any other text. */
export const parseSource = (text: string): (Source & { family: 4 | 6 }) | undefined => {
  const [address = '', prefixText, ...rest] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return undefined;
  const widest = family === 4 ? 32 : 128;
  if (prefixText === undefined) return { address, prefix: widest, family };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > widest) return undefined;
  return { address, prefix: Number(prefixText), family };
};

/**
 * Checks a flow. `undefined` when a part is not valid, or when sources were named but none is of the
 * address's family: a rule from *any* in its place would allow more than was asked for.
 */
export const checkFlow = (flow: FirewallFlow): CheckedFlow | undefined => {
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
  return { action, address, family, port, protocol, sources, name, seen: checkSeen(flow.seen, family) };
};

function checkSeen(seen: FirewallFlow['seen'], family: 4 | 6): CheckedFlow['seen'] {
  const { source, at } = seen ?? {};
  const time = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/.exec(at ?? '');
  return {
    ...(source !== undefined && familyOf(source) === family && { source }),
    ...(time !== null && { at: `${time[1]} ${time[2]} UTC` }),
  };
}

/** Always at the end of a line that looks for the packet: from which source, and when. */
export const seenComment = ({ seen: { source, at } }: CheckedFlow): string[] =>
  source === undefined && at === undefined
    ? []
    : [`# It came${source === undefined ? '' : ` from ${source}`}${at === undefined ? '' : ` on ${at}`}.`];

/** What tcpdump looks for, without the destination: on the device it may be the one before or after translation. */
export const captureFilter = ({ seen, protocol, port }: CheckedFlow): string =>
  `${seen.source === undefined ? '' : `src host ${seen.source} and `}${protocol} dst port ${port}`;

/** Sources of a rule, `fallback` for any. */
export const sourcesOr = (flow: CheckedFlow, fallback: string): string[] =>
  flow.sources.length === 0 ? [fallback] : flow.sources.map(sourceText);

/** `192.0.2.0/24`, or the address alone when it is a single host. */
export const sourceText = (source: Source): string =>
  source.prefix === (source.address.includes(':') ? 128 : 32)
    ? source.address
    : `${source.address}/${source.prefix}`;

/** Always with prefix: `192.0.2.1/32`. */
export const sourceCidr = (source: Source): string => `${source.address}/${source.prefix}`;

/** Sources of a rule, always with prefix; for any, the block that has every address of the family. */
export const sourceCidrs = ({ family, sources }: CheckedFlow): string[] =>
  sources.length === 0 ? [family === 4 ? '0.0.0.0/0' : '::/0'] : sources.map(sourceCidr);

/** Dotted IPv4 netmask of a prefix length. */
export const netmask = (prefix: number): string => {
  const bits = prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
};
