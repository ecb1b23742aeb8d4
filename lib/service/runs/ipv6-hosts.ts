/** Which hosts of a run have an IPv6 address: vantages with IPv6 alone cost something, and have nothing to judge elsewhere. */
import * as z from 'zod';
import type { Endpoint } from '../../model/endpoint.ts';
import type { DnsResult } from '../../model/observed.ts';
import type { RunSettings } from '../../model/request.ts';
import { systemClock } from '../../net/clock.ts';
import { isDenial } from '../../net/dns-codes.ts';
import { isIP } from '../../net/ip.ts';
import { createResolver } from '../../net/resolver.ts';
import { CALLS_AT_A_TIME } from './limits.ts';

/** What the plan found out. A host in neither list has no IPv6 address. */
export const Ipv6Hosts = z.strictObject({
  /** Names with one. */
  hosts: z.array(z.string()),
  /** Names that could not be looked up, and why: the vantages are asked, and look for themselves. */
  unknown: z.array(z.strictObject({ host: z.string(), why: z.string() })),
});
export type Ipv6Hosts = z.infer<typeof Ipv6Hosts>;

export type FindIpv6 = (
  endpoints: readonly Pick<Endpoint, 'host' | 'port'>[],
  settings: Pick<RunSettings, 'family' | 'dnsServers' | 'resolve'>,
) => Promise<Ipv6Hosts>;

/** Milliseconds for one name, and for all of a run: what is not known by then is unknown. */
const NAME_MS = 4_000;
const ALL_MS = 12_000;

/** Looks names up by the servers of this machine, at most so many at a time. Sends nothing to the hosts. Never rejects. */
export const findIpv6Hosts: FindIpv6 = async (endpoints, { family, dnsServers, resolve }) => {
  const none: Ipv6Hosts = { hosts: [], unknown: [] };
  if (family === '4') return none;
  const names = new Map(
    endpoints
      .filter(({ host }) => isIP(host) === 0)
      .map(({ host, port }) => [JSON.stringify([host, port]), { host, port }]),
  );
  if (dnsServers.length > 0) {
    const why = 'its addresses come from the DNS servers that the request names';
    return {
      ...none,
      unknown: [...new Set([...names.values()].map(({ host }) => host))].map((host) => ({ host, why })),
    };
  }
  const resolver = createResolver({
    servers: [],
    pins: resolve,
    timeoutMs: NAME_MS,
    clock: systemClock,
    deadline: AbortSignal.timeout(ALL_MS),
  });
  const found = new Map<string, string>();
  const left = names.values();
  const work = async (): Promise<void> => {
    for (const { host, port } of left) {
      const said = saidOf(await resolver.addresses(host, port));
      if (found.get(host) !== 'yes') found.set(host, said);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_A_TIME }, work));
  const all = [...found];
  return {
    hosts: all.filter(([, said]) => said === 'yes').map(([host]) => host),
    unknown: all.filter(([, said]) => said !== 'yes' && said !== 'no').map(([host, why]) => ({ host, why })),
  };
};

/** `yes`, `no`, or why that is not known, as `SERVFAIL`. */
function saidOf({ addresses, answers, given }: DnsResult): string {
  if (addresses.some(({ family }) => family === 6)) return 'yes';
  if (given === true) return 'no';
  const codes = answers.filter(({ type }) => type === 'AAAA').map(({ code }) => code);
  return codes.some((code) => code === 'NOERROR' || isDenial(code)) ? 'no' : (codes.at(-1) ?? 'no answer');
}
