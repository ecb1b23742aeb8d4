/** Faults of names: what the DNS says, fails to say, or says wrongly. */
import { DEAD_ADDRESS, NEGATIVE_ADDRESS, RESOLVERS } from '../address-plan.ts';
import type { LabCase } from '../case.ts';
import { site } from '../case.ts';
import { drop } from '../faults/filter.ts';
import {
  aliasLoop,
  aliasOf,
  danglingAlias,
  FAILING_RESOLVER,
  failingIpv6,
  failingName,
  noAddress,
  noSuchName,
  pointsAt,
  silentName,
} from '../faults/names.ts';
import { greeter, secureWebsite, website } from '../faults/scripted-peers.ts';

const web = { kind: 'https' } as const;
const broken = { verdict: 'fail', state: 'broken', side: 'dns' } as const;
const unknown = { verdict: 'inconclusive', state: 'inconclusive', side: 'dns' } as const;
const ONE_ONLY =
  'One resolver’s failure may be its own. Without a second resolver nothing is held against the name.';
const OWN_RESOLVERS =
  'Resolvers that are silent even about the root can’t be told from a network of our own that is down.';

export const dnsCases: readonly LabCase[] = [
  {
    id: 'dns-healthy',
    title: 'A name with both families',
    site: site({ made: 'nothing' }),
    addresses: { v4: 1, v6: 1 },
    endpoint: { kind: 'dns' },
    expected: { verdict: 'pass', state: 'open' },
  },
  {
    id: 'dns-alias',
    title: 'Three aliases that lead to a site',
    site: site(aliasOf(3), secureWebsite()),
    endpoint: web,
    expected: { verdict: 'pass', state: 'open' },
  },
  {
    id: 'dns-ipv6-only',
    title: 'A name with IPv6 alone',
    site: site({ made: 'nothing' }, secureWebsite()),
    addresses: { v4: 0, v6: 1 },
    endpoint: web,
    expected: { verdict: 'pass', state: 'open' },
  },
  {
    id: 'nxdomain',
    title: 'The name does not exist',
    site: site(noSuchName(), website()),
    endpoint: web,
    expected: { ...broken, cause: 'dns.nxdomain' },
  },
  {
    id: 'nodata',
    title: 'The name has no address',
    site: site(noAddress(), website()),
    endpoint: web,
    expected: { ...broken, cause: 'dns.no-address', says: /neither A nor AAAA/ },
  },
  {
    id: 'no-address-family-6',
    title: 'IPv6 is asked for, and the name has IPv4 alone',
    site: site({ made: 'A record only' }, website()),
    endpoint: { kind: 'http' },
    settings: { family: '6' },
    expected: { ...broken, cause: 'dns.no-address' },
  },
  {
    id: 'servfail',
    title: 'Two resolvers give SERVFAIL',
    site: site(failingName()),
    endpoint: web,
    expected: { ...broken, cause: 'dns.servfail' },
  },
  {
    id: 'servfail-one-resolver',
    title: 'The only resolver gives SERVFAIL',
    site: site(failingName()),
    endpoint: web,
    settings: { dnsServers: [RESOLVERS[0]] },
    expected: { ...unknown, cause: 'dns.servfail' },
    reason: ONE_ONLY,
  },
  {
    id: 'servfail-own-resolver',
    title: 'Our first resolver fails, the second one answers',
    site: site({ made: 'a resolver that gives SERVFAIL to everything' }, secureWebsite()),
    endpoint: web,
    settings: { dnsServers: [FAILING_RESOLVER, RESOLVERS[1]] },
    expected: {
      verdict: 'warn',
      state: 'open',
      cause: 'dns.servfail',
      side: 'dns',
      says: /10\.77\.53\.3 says NOERROR/,
    },
    reason:
      'A resolver that fails where another answers is at fault itself, or the zone has a server that fails now and then: a warning that quotes both.',
  },
  {
    id: 'refused-name',
    title: 'Two resolvers refuse the question',
    site: site({ made: 'dnsmasq passes on REFUSED', dns: () => ({}) }),
    endpoint: { kind: 'https', host: 'www.elsewhere.test' },
    expected: { ...broken, cause: 'dns.refused' },
  },
  {
    id: 'dns-timeout',
    title: 'The zone’s name server is gone',
    site: site(silentName()),
    endpoint: web,
    expected: { ...broken, cause: 'dns.timeout' },
  },
  {
    id: 'dns-timeout-own-resolvers',
    title: 'Our resolvers are gone',
    site: site({ made: 'resolvers that are gone' }, secureWebsite()),
    endpoint: web,
    settings: { dnsServers: [DEAD_ADDRESS, NEGATIVE_ADDRESS] },
    expected: { ...unknown, cause: 'dns.timeout' },
    indistinguishableFrom: ['dns-timeout-one-resolver'],
    reason: OWN_RESOLVERS,
  },
  {
    id: 'dns-timeout-one-resolver',
    title: 'The zone’s name server is gone, and we have one resolver',
    site: site(silentName()),
    endpoint: web,
    settings: { dnsServers: [RESOLVERS[0]] },
    expected: { ...unknown, cause: 'dns.timeout' },
    indistinguishableFrom: ['dns-timeout-own-resolvers'],
    reason: ONE_ONLY,
  },
  {
    id: 'dns-timeout-first-resolver',
    title: 'Our first resolver is gone, the second one answers',
    site: site({ made: 'a resolver that is gone' }, secureWebsite()),
    endpoint: web,
    settings: { dnsServers: [DEAD_ADDRESS, RESOLVERS[1]] },
    expected: { verdict: 'pass', state: 'open', alsoFound: ['dns.timeout'] },
  },
  {
    id: 'dangling-cname',
    title: 'An alias of a name that does not exist',
    site: site(danglingAlias('NXDOMAIN')),
    endpoint: web,
    expected: { ...broken, cause: 'dns.dangling-cname', says: /gone\.dangling-cname\.lab\.test/ },
  },
  {
    id: 'dangling-cname-nodata',
    title: 'An alias of a name without address',
    site: site(danglingAlias('NOERROR')),
    endpoint: web,
    expected: { ...broken, cause: 'dns.dangling-cname' },
  },
  {
    id: 'cname-loop',
    title: 'Aliases that lead to each other',
    site: site(aliasLoop()),
    endpoint: { kind: 'dns' },
    expected: { ...broken, cause: 'dns.dangling-cname', says: /leads back to itself/ },
  },
  {
    id: 'private-address',
    title: 'The name leads to a private address',
    site: site(pointsAt('192.168.10.20')),
    endpoint: web,
    settings: { allowPrivate: false },
    expected: { ...broken, cause: 'dns.private-address', says: /192\.168\.10\.20/ },
  },
  {
    id: 'metadata-address',
    title: 'The name leads to cloud metadata',
    site: site(pointsAt('169.254.169.254')),
    endpoint: { kind: 'http' },
    expected: { ...broken, cause: 'dns.private-address', says: /169\.254\.169\.254/ },
    peers: [],
  },
  {
    id: 'mapped-address',
    title: 'The name leads to loopback in IPv6’s clothing',
    site: site(pointsAt('::ffff:127.0.0.1')),
    endpoint: { kind: 'http' },
    expected: { ...broken, cause: 'dns.private-address', says: /::ffff:/ },
    peers: [],
  },
  {
    id: 'servfail-ipv6',
    title: 'The name server chokes on AAAA',
    site: site(failingIpv6(), secureWebsite()),
    endpoint: web,
    expected: { verdict: 'warn', state: 'open', cause: 'dns.servfail', side: 'dns' },
  },
  {
    id: 'documented-address-changed',
    title: 'The name leads elsewhere than the vendor documents',
    site: site({ made: 'another address than documented' }, secureWebsite()),
    endpoint: { kind: 'https', documentedAddresses: ['162.55.130.83'] },
    expected: {
      verdict: 'warn',
      state: 'open',
      cause: 'dns.documented-address-changed',
      side: 'dns',
    },
  },
  {
    id: 'declared-address-changed',
    title: 'The name leads elsewhere than the customer declared',
    site: site(pointsAt('10.77.128.250')),
    endpoint: { kind: 'dns', assertions: { addresses: ['10.77.128.251'] } },
    expected: {
      verdict: 'fail',
      state: 'open',
      cause: 'dns.documented-address-changed',
      side: 'dns',
    },
  },
  {
    id: 'stale-address',
    title: 'The name leads to an address that is gone',
    site: site(drop(), greeter(2121, '220 ready\r\n')),
    endpoint: ({ host, address }) => ({
      kind: 'tcp',
      port: 2121,
      host,
      documentedAddresses: [address],
    }),
    expected: { verdict: 'fail', state: 'filtered', cause: 'tcp.filtered', side: 'network' },
  },
];
