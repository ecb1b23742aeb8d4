/** The tree of names below the test's own root, and which server has which zone in which version. Pure. */

/** Public by number, so the guard judges them as it judges anybody's; in the test's namespace they are loopback's. */
const net = (last: number): string => `203.0.114.${last}`;

export const AT = {
  /** named */
  root: net(1),
  /** knotd: the top-level domains. */
  tld: net(2),
  /** nsd: all zones. */
  one: net(11),
  one6: '2600:1f18::11',
  /** knotd: all zones, some in another version. */
  two: net(12),
  /** named: none of the zones, but for one that it could never transfer. */
  refuser: net(13),
  /** dnsmasq: passes on what others say. */
  forwarder: net(14),
  /** nsd behind firewalls: TCP closed; datagrams with more than 512 bytes dropped; questions with EDNS dropped. */
  noTcp: net(15),
  short: net(16),
  deaf: net(17),
  /** unbound: takes zones that no other make takes. */
  odd: net(18),
  /** A firewall drops what goes there. */
  dropped: net(21),
  /** Nothing listens. */
  closed: net(22),
  /** unbound, the resolver. */
  resolver: net(53),
} as const;

export const WEB = net(80);
export const OTHER_WEB = net(81);
export const PRIVATE = '10.0.0.5';
/** Reached by nobody: where the zone that can't be transferred would come from. */
export const PRIMARY = net(22);

interface Zone {
  readonly name: string;
  /** By the parent: server's name → its glue; none for a name elsewhere. */
  readonly parent: Readonly<Record<string, readonly string[]>>;
  /** As the zone has them, where that differs. */
  readonly own?: Readonly<Record<string, readonly string[]>>;
  /** In the form of a zone file. In place of the address of `www`. */
  readonly records?: readonly string[];
  /** On the second server, where that differs. */
  readonly second?: { readonly records?: readonly string[]; readonly serial?: number };
}

const A_WWW = `www A ${WEB}`;
/** Three fit into no datagram without EDNS, and eight not into one of the usual 1,232 bytes. */
const longText = (strings: number): string =>
  `@ TXT ${Array.from({ length: strings }, (_, n) => `"${String(n).repeat(200)}"`).join(' ')}`;
const pair = (zone: string, ...addresses: readonly string[]): Zone => ({
  name: `${zone}.example`,
  parent: Object.fromEntries(addresses.map((address, n) => [`ns${n + 1}.${zone}.example`, [address]])),
});

export const zones: readonly Zone[] = [
  {
    name: 'healthy.example',
    parent: { 'ns1.healthy.example': [AT.one, AT.one6], 'ns2.healthy.example': [AT.two] },
    records: [A_WWW, 'sub NS ns1', 'sub NS ns2', 'alias CNAME www'],
  },
  pair('refused', AT.one, AT.refuser),
  pair('upward', AT.one, AT.root),
  pair('sideways', AT.one, AT.tld),
  pair('expired', AT.one, AT.refuser),
  pair('forwarded', AT.one, AT.forwarder),
  pair('dropped', AT.one, AT.dropped),
  pair('closed', AT.one, AT.closed),
  pair('dead', AT.dropped, AT.closed),
  pair('lame', AT.refuser, AT.root),
  {
    ...pair('glue', AT.one, AT.dropped),
    own: { 'ns1.glue.example': [AT.one], 'ns2.glue.example': [AT.two] },
  },
  {
    ...pair('differ', AT.one, AT.two),
    own: { 'ns1.differ.example': [AT.one], 'ns3.differ.example': [AT.two] },
  },
  { ...pair('serials', AT.one, AT.two), second: { serial: 8 } },
  { ...pair('answers', AT.one, AT.two), second: { records: [`www A ${OTHER_WEB}`] } },
  { ...pair('denies', AT.one, AT.two), second: { records: [`mail A ${WEB}`] } },
  pair('notcp', AT.one, AT.noTcp),
  { ...pair('short', AT.one, AT.short), records: [A_WWW, longText(3)] },
  { ...pair('fat', AT.one, AT.two), records: [A_WWW, longText(8)] },
  pair('deaf', AT.one, AT.deaf),
  pair('alldeaf', AT.deaf),
  { ...pair('wild', AT.one, AT.two), records: [A_WWW, `* A ${OTHER_WEB}`] },
  { ...pair('byhand', AT.odd), records: [`mail A ${WEB}`] },
  { ...pair('apex', AT.odd), records: [A_WWW, '@ CNAME www'] },
  pair('private', AT.one, PRIVATE),
  {
    name: 'outside.example',
    parent: { 'ns1.healthy.example': [], 'ns2.healthy.example': [], 'ns.gone.example': [] },
  },
];

/** On the servers of the zone above, too. */
const SUB: Zone = {
  name: 'sub.healthy.example',
  parent: { 'ns1.healthy.example': [], 'ns2.healthy.example': [] },
};

export interface ZoneFile {
  readonly name: string;
  readonly text: string;
}

const file = (
  name: string,
  { serial = 7, records }: { readonly serial?: number; readonly records: readonly string[] },
): ZoneFile => ({
  name,
  text: [
    `$ORIGIN ${name === '.' ? '.' : `${name}.`}`,
    '$TTL 3600',
    `@ SOA a.nic.example. hostmaster.nic.example. ${serial} 3600 600 86400 60`,
    ...records,
    '',
  ].join('\n'),
});

const type = (address: string): string => (address.includes(':') ? 'AAAA' : 'A');
const servers = (owner: string, of: Zone['parent']): string[] =>
  Object.entries(of).flatMap(([server, addresses]) => [
    `${owner} NS ${server}.`,
    ...addresses.map((address) => `${server}. ${type(address)} ${address}`),
  ]);

export const rootZone: ZoneFile = file('.', {
  records: [
    '. NS a.root.example.',
    `a.root.example. A ${AT.root}`,
    ...['example', 'com'].map((tld) => `${tld}. NS a.nic.example.`),
    `a.nic.example. A ${AT.tld}`,
  ],
});

export const topZones: readonly ZoneFile[] = [
  file('example', {
    records: [
      '@ NS a.nic.example.',
      `a.nic A ${AT.tld}`,
      `a.root A ${AT.root}`,
      ...zones.flatMap(({ name, parent }) => servers(`${name}.`, parent)),
    ],
  }),
  // The resolver is asked for it where its word has to be proven.
  file('com', { records: ['@ NS a.nic.example.'] }),
];

const firstVersion = ({ name, parent, own, records }: Zone): ZoneFile =>
  file(name, { records: [...servers('@', own ?? parent), ...(records ?? [A_WWW])] });
/** One that only unbound takes. */
const isOdd = ({ parent }: Zone): boolean => Object.values(parent).flat().includes(AT.odd);

export const unboundZones: readonly ZoneFile[] = zones.filter(isOdd).map(firstVersion);

const ordinary: readonly Zone[] = [...zones.filter((zone) => !isOdd(zone)), SUB];

export const firstZones: readonly ZoneFile[] = ordinary.map(firstVersion);

export const secondZones: readonly ZoneFile[] = ordinary.map(({ name, parent, own, records, second }) =>
  file(name, {
    records: [...servers('@', own ?? parent), ...(second?.records ?? records ?? [A_WWW])],
    ...(second?.serial !== undefined && { serial: second.serial }),
  }),
);
