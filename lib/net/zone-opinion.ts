import type { DnsResult } from '../model/observed.ts';
import type { Family } from '../model/vocabulary.ts';
import { isAddressType, isDenial, nameCode } from './dns-codes.ts';
import { parentName } from './dns-name.ts';
import { createDnsQuery, type DnsQuery, type DnsQuerySetup } from './dns-query.ts';

/** The most servers of a zone that are asked, and the most zones that are looked for upwards from a name. */
const MAX_SERVERS = 3;
const MAX_UPWARDS = 4;

/** How the servers of a zone are asked. */
export interface ZoneSetup extends DnsQuerySetup {
  readonly port: number;
  /** Those of the vantage: where it has IPv6 alone, silence over IPv4 would take the time. Default: both. */
  readonly families?: readonly Family[];
}

/**
 * What a server of the zone itself says about the end of the name's chain, asked without recursion and without any
 * resolver's cache or filter. Only an answer with AA counts: a resolver that answers in its place does not set that bit.
 * `undefined` when none of the zone's servers could be found or asked.
 *
 * @param ask asks a resolver, which names the servers of the zone
 */
export async function askZone(
  dns: DnsResult,
  ask: DnsQuery,
  setup: ZoneSetup,
  left: () => number,
): Promise<DnsResult['zoneOpinion']> {
  const name = dns.cnames.at(-1) ?? dns.name;
  const found = await serversOf(dns, name, ask, left);
  if (found === undefined) return undefined;
  const { zone, servers } = found;
  const [first, other] = setup.families?.includes(4) === false ? ['AAAA', 'A'] : ['A', 'AAAA'];
  for (const server of servers) {
    const { records } = await ask(server, first, left());
    const [address] = records.length > 0 ? records : (await ask(server, other, left())).records;
    if (address === undefined || setup.guard(address) !== undefined || left() <= 0) continue;
    const query = createDnsQuery({ address, port: setup.port }, { ...setup, recursion: false });
    const replies = await Promise.all(['A', 'AAAA'].map((type) => query(name, type, left() / 2)));
    const words = replies.filter(({ header }) => header?.aa === true);
    if (words.length === replies.length)
      return { server: `${server} (${address})`, zone, code: nameCode(words.map(({ code }) => code)) };
  }
  return undefined;
}

/** The SOA of a denial names the zone; else it is the nearest name upwards that has NS records. */
async function serversOf(
  dns: DnsResult,
  name: string,
  ask: DnsQuery,
  left: () => number,
): Promise<{ readonly zone: string; readonly servers: readonly string[] } | undefined> {
  const denial = dns.answers.findLast(({ type, code }) => isAddressType(type) && isDenial(code));
  let zone = denial?.zone ?? name;
  for (let step = 0; step < MAX_UPWARDS && left() > 0; step += 1) {
    const { records } = await ask(zone, 'NS', left());
    if (records.length > 0) return { zone, servers: records.slice(0, MAX_SERVERS) };
    if (zone === '.') return undefined;
    zone = parentName(zone);
  }
  return undefined;
}
