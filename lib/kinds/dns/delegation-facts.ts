import type {
  Delegation,
  DelegationEnd,
  ServerAddress,
  ServerWord,
  ZoneServer,
} from '../../model/delegation.ts';
import { duration } from '../../model/units.ts';
import { type Fact, fact } from '../contract/fact.ts';

/** Who is said to serve the zone, and a line for each address of each server. */
export function delegationFacts(delegation: Delegation | undefined): Fact[] {
  if (delegation === undefined) return [];
  const { zone, parent, end, servers, controls, leftOut, wildcard, apexAlias, late, ms } = delegation;
  const named = (by: 'atParent' | 'atZone'): string =>
    servers
      .filter((server) => server[by] === true)
      .map(({ name }) => name)
      .join(', ');
  return [
    ...fact('Zone', `${zone} (asked in ${duration(ms)})`),
    ...fact('Delegated by', parent && `${parent.zone}: ${parent.code} from ${parent.server}`),
    ...fact('Name servers not asked', end && END_WORDS[end]),
    ...fact('Name servers at the parent', named('atParent')),
    ...fact('Name servers in the zone', named('atZone')),
    ...servers.flatMap(serverFacts),
    ...fact('Servers or addresses left out', leftOut === undefined ? undefined : String(leftOut)),
    ...controls.flatMap(({ family, over, server, code }) =>
      fact(`Control, IPv${family} ${over.toUpperCase()}`, `${server}: ${code}`),
    ),
    ...fact('A name that nobody made', wildcard?.join(', ')),
    ...fact('Alias of the zone itself', apexAlias),
    ...fact('Delay', late === true ? 'this prober was late itself: silence proves nothing' : undefined),
  ];
}

const END_WORDS: Readonly<Record<DelegationEnd, string>> = {
  'no-root': 'the resolver names no server of the root that may be asked from here',
  intercepted: 'something on the way answers in the place of the name servers',
  'parent-silent': 'none of the servers of this zone answered',
  'not-delegated': 'the zone knows no delegation below it that leads to the name',
  time: 'there was no time left',
};

function serverFacts({ name, noAddress, inZone = [], addresses }: ZoneServer): Fact[] {
  return [
    ...fact(name, noAddress && `no address: ${noAddress}`),
    ...addresses.flatMap((at) => fact(`${name} ${at.address}`, addressText(at))),
    ...fact(`${name} by the zone itself`, inZone.join(', ')),
  ];
}

function addressText(at: ServerAddress): string {
  const { refused, notAsked, udp, plain, tcp, serial, ns, a, aaaa, long, longByTcp } = at;
  if (refused !== undefined) return `not asked: ${refused}`;
  if (notAsked !== undefined) return 'not asked: this vantage does not have the family';
  return [
    ...word('UDP', udp),
    ...word('without EDNS', plain),
    ...word('TCP', tcp),
    ...(serial === undefined ? [] : [`serial ${serial}`]),
    ...word('NS', ns),
    ...word('A', a),
    ...word('AAAA', aaaa),
    ...word('TXT with signatures', long),
    ...word('the same by TCP', longByTcp),
  ].join('; ');
}

function word(label: string, said: ServerWord | undefined): string[] {
  if (said === undefined) return [];
  const { code, aa, ra, records = [], alias, refersTo, bytes } = said;
  const flags = [...(aa === true ? ['aa'] : []), ...(ra === true ? ['ra'] : [])].join(' ');
  const more = [
    ...(refersTo === undefined ? [] : [`to ${refersTo}`]),
    ...(alias === undefined ? [] : [`CNAME ${alias}`]),
    ...(label === 'A' || label === 'AAAA' || label === 'NS' ? records : []),
    ...(bytes === undefined ? [] : [`${bytes} bytes`]),
  ];
  return [[label, code, flags, more.join(', ')].filter((part) => part !== '').join(' ')];
}
