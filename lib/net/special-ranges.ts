/**
 * Address ranges that are not the public internet, from the IANA special-purpose registries for IPv4 and IPv6
 * (RFC 6890 and its updates) and the registry of IPv6 unicast space, plus the clouds' metadata addresses. The first
 * match counts, so narrower ranges come before wider ones.
 */

/**
 * `forbidden` is never dialled. `private` and `loopback` are dialled only with --allow-private. `embedded` holds an
 * IPv4 address that is judged in its place. `public` is an exception to a wider range further down.
 */
export type RangeScope = 'public' | 'private' | 'loopback' | 'forbidden' | 'embedded';

export interface SpecialRange {
  readonly cidr: string;
  readonly scope: RangeScope;
  /** Readable, for messages: `10.0.0.1 is private (RFC 1918)`. */
  readonly name: string;
}

export const SPECIAL_IPV4: readonly SpecialRange[] = [
  { cidr: '169.254.169.0/24', scope: 'forbidden', name: 'cloud metadata' },
  { cidr: '169.254.170.0/24', scope: 'forbidden', name: 'cloud metadata (container credentials)' },
  { cidr: '169.254.42.42/32', scope: 'forbidden', name: 'cloud metadata (Scaleway)' },
  { cidr: '100.100.100.200/32', scope: 'forbidden', name: 'cloud metadata (Alibaba)' },
  { cidr: '192.0.0.192/32', scope: 'forbidden', name: 'cloud metadata (Oracle)' },
  // Public by number, but answered by the hypervisor of every Azure machine.
  { cidr: '168.63.129.16/32', scope: 'forbidden', name: 'cloud metadata (Azure wire server)' },
  // Linux treats 0.0.0.0 as this host.
  { cidr: '0.0.0.0/8', scope: 'forbidden', name: 'unspecified (RFC 791)' },
  { cidr: '10.0.0.0/8', scope: 'private', name: 'private (RFC 1918)' },
  { cidr: '100.64.0.0/10', scope: 'private', name: 'carrier-grade NAT (RFC 6598)' },
  { cidr: '127.0.0.0/8', scope: 'loopback', name: 'loopback' },
  { cidr: '169.254.0.0/16', scope: 'private', name: 'link-local (RFC 3927)' },
  { cidr: '172.16.0.0/12', scope: 'private', name: 'private (RFC 1918)' },
  { cidr: '192.0.0.9/32', scope: 'public', name: 'PCP anycast (RFC 7723)' },
  { cidr: '192.0.0.10/32', scope: 'public', name: 'TURN anycast (RFC 8155)' },
  { cidr: '192.0.0.0/24', scope: 'private', name: 'IETF protocol assignments (RFC 6890)' },
  { cidr: '192.0.2.0/24', scope: 'private', name: 'documentation (RFC 5737)' },
  { cidr: '192.88.99.0/24', scope: 'forbidden', name: '6to4 relay anycast (RFC 7526)' },
  { cidr: '192.168.0.0/16', scope: 'private', name: 'private (RFC 1918)' },
  { cidr: '198.18.0.0/15', scope: 'private', name: 'benchmarking (RFC 2544)' },
  { cidr: '198.51.100.0/24', scope: 'private', name: 'documentation (RFC 5737)' },
  { cidr: '203.0.113.0/24', scope: 'private', name: 'documentation (RFC 5737)' },
  { cidr: '224.0.0.0/4', scope: 'forbidden', name: 'multicast (RFC 5771)' },
  { cidr: '255.255.255.255/32', scope: 'forbidden', name: 'broadcast (RFC 919)' },
  { cidr: '240.0.0.0/4', scope: 'forbidden', name: 'reserved (RFC 1112)' },
];

export const SPECIAL_IPV6: readonly SpecialRange[] = [
  { cidr: '::1/128', scope: 'loopback', name: 'loopback' },
  { cidr: '::/128', scope: 'forbidden', name: 'unspecified (RFC 4291)' },
  // Never sent on the network as IPv6: the kernel would dial the IPv4 address. The IPv4 spelling says what is meant.
  { cidr: '::ffff:0:0/96', scope: 'forbidden', name: 'IPv4-mapped (RFC 4291)' },
  { cidr: '::/96', scope: 'forbidden', name: 'IPv4-compatible (RFC 4291)' },
  { cidr: '::ffff:0:0:0/96', scope: 'forbidden', name: 'IPv4-translated (RFC 2765)' },
  // What DNS64 makes of public IPv4 addresses on an IPv6-only network: public when the IPv4 address is.
  { cidr: '64:ff9b::/96', scope: 'embedded', name: 'NAT64 (RFC 6052)' },
  // The position of the IPv4 address is local policy, so it can't be judged.
  { cidr: '64:ff9b:1::/48', scope: 'forbidden', name: 'local-use NAT64 (RFC 8215)' },
  { cidr: '100::/64', scope: 'forbidden', name: 'discard-only (RFC 6666)' },
  { cidr: '100:0:0:1::/64', scope: 'forbidden', name: 'dummy prefix (RFC 9780)' },
  { cidr: '2001::/32', scope: 'embedded', name: 'Teredo (RFC 4380)' },
  { cidr: '2001:1::1/128', scope: 'public', name: 'PCP anycast (RFC 7723)' },
  { cidr: '2001:1::2/128', scope: 'public', name: 'TURN anycast (RFC 8155)' },
  { cidr: '2001:1::3/128', scope: 'public', name: 'DNS-SD SRP anycast (RFC 9665)' },
  { cidr: '2001:2::/48', scope: 'private', name: 'benchmarking (RFC 5180)' },
  { cidr: '2001:3::/32', scope: 'public', name: 'AMT (RFC 7450)' },
  { cidr: '2001:4:112::/48', scope: 'public', name: 'AS112-v6 (RFC 7535)' },
  { cidr: '2001:10::/28', scope: 'forbidden', name: 'ORCHID (RFC 4843)' },
  // Globally reachable according to the registry, but an identifier that no router forwards (RFC 7343 §2).
  { cidr: '2001:20::/28', scope: 'forbidden', name: 'ORCHIDv2 (RFC 7343)' },
  { cidr: '2001:30::/28', scope: 'forbidden', name: 'drone remote ID (RFC 9374)' },
  { cidr: '2001::/23', scope: 'forbidden', name: 'IETF protocol assignments (RFC 2928)' },
  { cidr: '2001:db8::/32', scope: 'private', name: 'documentation (RFC 3849)' },
  { cidr: '2002::/16', scope: 'embedded', name: '6to4 (RFC 3056)' },
  { cidr: '3fff::/20', scope: 'private', name: 'documentation (RFC 9637)' },
  { cidr: '5f00::/16', scope: 'forbidden', name: 'segment routing SIDs (RFC 9602)' },
  { cidr: 'fd00:ec2::/32', scope: 'forbidden', name: 'cloud metadata' },
  { cidr: 'fd20:ce::254/128', scope: 'forbidden', name: 'cloud metadata (Google)' },
  { cidr: 'fd00:42::42/128', scope: 'forbidden', name: 'cloud metadata (Scaleway)' },
  { cidr: 'fc00::/7', scope: 'private', name: 'unique local (RFC 4193)' },
  { cidr: 'fe80::/10', scope: 'private', name: 'link-local (RFC 4291)' },
  { cidr: 'fec0::/10', scope: 'private', name: 'site-local (RFC 3879)' },
  { cidr: 'ff00::/8', scope: 'forbidden', name: 'multicast (RFC 4291)' },
  { cidr: '2000::/3', scope: 'public', name: 'global unicast' },
  { cidr: '::/0', scope: 'forbidden', name: 'not global unicast (RFC 4291)' },
];
