/**
 * What the registries say about an address, read from their own rows: the model that the guard is compared with. It
 * shares no code with the guard: own reading of prefixes, numbers as bigint, the longest prefix decides.
 */

/** IANA IPv4 Special-Purpose Address Registry (2025-10-09): address block | name | globally reachable. */
const IPV4_SPECIAL = `
0.0.0.0/8            | "This network" (RFC 791)                     | False
0.0.0.0/32           | "This host on this network" (RFC 1122)       | False
10.0.0.0/8           | Private-Use (RFC 1918)                       | False
100.64.0.0/10        | Shared Address Space (RFC 6598)              | False
127.0.0.0/8          | Loopback (RFC 1122)                          | False
169.254.0.0/16       | Link Local (RFC 3927)                        | False
172.16.0.0/12        | Private-Use (RFC 1918)                       | False
192.0.0.0/24         | IETF Protocol Assignments (RFC 6890)         | False
192.0.0.0/29         | IPv4 Service Continuity Prefix (RFC 7335)    | False
192.0.0.8/32         | IPv4 dummy address (RFC 7600)                | False
192.0.0.9/32         | Port Control Protocol Anycast (RFC 7723)     | True
192.0.0.10/32        | TURN Anycast (RFC 8155)                      | True
192.0.0.170/32       | NAT64/DNS64 Discovery (RFC 8880)             | False
192.0.0.171/32       | NAT64/DNS64 Discovery (RFC 8880)             | False
192.0.2.0/24         | Documentation (RFC 5737)                     | False
192.31.196.0/24      | AS112-v4 (RFC 7535)                          | True
192.52.193.0/24      | AMT (RFC 7450)                               | True
192.88.99.0/24       | Deprecated 6to4 Relay Anycast (RFC 7526)     | -
192.168.0.0/16       | Private-Use (RFC 1918)                       | False
192.175.48.0/24      | Direct Delegation AS112 Service (RFC 7534)   | True
198.18.0.0/15        | Benchmarking (RFC 2544)                      | False
198.51.100.0/24      | Documentation (RFC 5737)                     | False
203.0.113.0/24       | Documentation (RFC 5737)                     | False
240.0.0.0/4          | Reserved (RFC 1112)                          | False
255.255.255.255/32   | Limited Broadcast (RFC 919)                  | False`;

/** IANA IPv4 Address Space Registry: what is no unicast. */
const IPV4_SPACE = `
0.0.0.0/0            | Unicast                                      | True
224.0.0.0/4          | Multicast (RFC 5771)                         | False`;

/** IANA IPv6 Special-Purpose Address Registry (2025-10-09). "-": not applicable, or deprecated. */
const IPV6_SPECIAL = `
::1/128              | Loopback (RFC 4291)                          | False
::/128               | Unspecified (RFC 4291)                       | False
::ffff:0:0/96        | IPv4-mapped (RFC 4291)                       | False
64:ff9b::/96         | IPv4-IPv6 Translation (RFC 6052)             | IPv4 in the last 32 bits
64:ff9b:1::/48       | IPv4-IPv6 Translation (RFC 8215)             | False
100::/64             | Discard-Only (RFC 6666)                      | False
100:0:0:1::/64       | Dummy IPv6 Prefix (RFC 9780)                 | False
2001::/23            | IETF Protocol Assignments (RFC 2928)         | False
2001::/32            | TEREDO (RFC 4380)                            | Teredo
2001:1::1/128        | Port Control Protocol Anycast (RFC 7723)     | True
2001:1::2/128        | TURN Anycast (RFC 8155)                      | True
2001:1::3/128        | DNS-SD SRP Anycast (RFC 9665)                | True
2001:2::/48          | Benchmarking (RFC 5180)                      | False
2001:3::/32          | AMT (RFC 7450)                               | True
2001:4:112::/48      | AS112-v6 (RFC 7535)                          | True
2001:10::/28         | Deprecated, ORCHID (RFC 4843)                | -
2001:20::/28         | ORCHIDv2 (RFC 7343)                          | True
2001:30::/28         | Drone Remote ID (RFC 9374)                   | True
2001:db8::/32        | Documentation (RFC 3849)                     | False
2002::/16            | 6to4 (RFC 3056)                              | IPv4 in bits 16 to 47
2620:4f:8000::/48    | Direct Delegation AS112 Service (RFC 7534)   | True
3fff::/20            | Documentation (RFC 9637)                     | False
5f00::/16            | Segment Routing SIDs (RFC 9602)              | False
fc00::/7             | Unique-Local (RFC 4193)                      | False
fe80::/10            | Link-Local Unicast (RFC 4291)                | False`;

/** IANA IPv6 Address Space Registry: only 2000::/3 is handed out. */
const IPV6_SPACE = `
::/0                 | Reserved by IETF                             | False
2000::/3             | Global Unicast                               | True
ff00::/8             | Multicast                                    | False`;

/**
 * Where the guard is stricter than the registries, each with its reason. Nothing else may be refused that they call
 * globally reachable.
 */
const STRICTER = `
168.63.129.16/32     | answered by the hypervisor of every Azure machine | False
2001:20::/28         | an identifier, which no router forwards           | False
2001:30::/28         | an identifier, which no router forwards           | False`;

export interface Row {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly bits: number;
  readonly name: string;
  readonly reachable: string;
}

const WIDTH = { 4: 32, 6: 128 } as const;

const rows = (table: string): Row[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [cidr = '', name = '', reachable = ''] = line.split('|').map((cell) => cell.trim());
      const [address = '', bits = ''] = cidr.split('/');
      return { ...numberOf(address), bits: Number(bits), name, reachable };
    });

export const REGISTRY: readonly Row[] = [IPV4_SPECIAL, IPV4_SPACE, IPV6_SPECIAL, IPV6_SPACE].flatMap(rows);
const STRICTER_ROWS = rows(STRICTER);

/** Reads the spellings that the registries themselves use: dotted quads, and hex groups with at most one `::`. */
export function numberOf(address: string): { readonly family: 4 | 6; readonly base: bigint } {
  if (!address.includes(':')) {
    const base = address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
    return { family: 4, base };
  }
  const [left = '', right] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return { family: 6, base: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}

const contains = (row: Row, family: 4 | 6, address: bigint): boolean =>
  row.family === family &&
  address >> BigInt(WIDTH[family] - row.bits) === row.base >> BigInt(WIDTH[family] - row.bits);

/** First and last address of a block. */
export function bounds(row: Row): readonly [bigint, bigint] {
  const size = 1n << BigInt(WIDTH[row.family] - row.bits);
  return [row.base, row.base + size - 1n];
}

/** May the internet reach this address, by the registries and the list of stricter cases? */
export function mayBeDialled(family: 4 | 6, address: bigint): boolean {
  if (STRICTER_ROWS.some((row) => contains(row, family, address))) return false;
  const row = REGISTRY.filter((each) => contains(each, family, address)).sort((a, b) => b.bits - a.bits)[0];
  switch (row?.reachable) {
    case 'True':
      return true;
    case 'IPv4 in the last 32 bits':
      return mayBeDialled(4, address & 0xffff_ffffn);
    case 'IPv4 in bits 16 to 47':
      return mayBeDialled(4, (address >> 80n) & 0xffff_ffffn);
    case 'Teredo':
      // RFC 4380 §4: the server's IPv4 address in bits 32 to 63, the client's in the last 32 with every bit inverted.
      return mayBeDialled(4, (address >> 64n) & 0xffff_ffffn) && mayBeDialled(4, ~address & 0xffff_ffffn);
    default:
      return false;
  }
}

export const dotted = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');

export const groupsOf = (address: bigint): number[] =>
  Array.from({ length: 8 }, (_, index) => Number((address >> BigInt(112 - 16 * index)) & 0xffffn));
