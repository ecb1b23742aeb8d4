import type { DnsControl } from '../model/observed.ts';
import { createControl } from './dns-control.ts';
import { createDnsQuery, type DnsQuery, type DnsQuerySetup } from './dns-query.ts';
import { parseDnsServer } from './dns-server.ts';

/** How long a server without a route to it is skipped, ms: in a process that runs for long, the network may come back. */
const LOST_MS = 5_000;

/** A DNS server of the run. */
export interface AskedServer {
  /** As it was given. */
  readonly name: string;
  readonly query: DnsQuery;
  readonly control: (withinMs: number) => Promise<DnsControl>;
}

export interface DnsServers {
  /** The servers to ask, in order: those that the vantage has a route to, or all where it has a route to none. */
  usable(): readonly AskedServer[];
  /** Servers that the vantage can't send to (no IPv4, no route), each with the system's error. */
  unreachable(): { server: string; code: string }[];
}

/**
 * Each server's socket goes to that server alone, so no guard of public addresses checks it: the
 * resolver of a network is nearly always a private address.
 *
 * @throws for text that is not the address of a server; such text is refused where settings are read
 */
export function createDnsServers(
  names: readonly string[],
  { clock, deadline }: Pick<DnsQuerySetup, 'clock' | 'deadline'>,
): DnsServers {
  const lost = new Map<string, { readonly code: string; readonly until: number }>();
  const isLost = (name: string): boolean => (lost.get(name)?.until ?? 0) > clock.monotonic();

  const servers = names.map((name): AskedServer => {
    const server = parseDnsServer(name);
    if (server === undefined) throw new Error(`no address of a DNS server: ${name}`);
    const guard = (address: string): string | undefined =>
      address === server.address ? undefined : 'not the DNS server';
    const ask = createDnsQuery(server, { guard, clock, deadline });
    const query: DnsQuery = async (...question) => {
      const reply = await ask(...question);
      if (reply.local === true) lost.set(name, { code: reply.code, until: clock.monotonic() + LOST_MS });
      else lost.delete(name);
      return reply;
    };
    return { name, query, control: createControl(name, query, clock) };
  });

  return {
    usable() {
      const left = lost.size === 0 ? servers : servers.filter(({ name }) => !isLost(name));
      return left.length > 0 ? left : servers;
    },
    unreachable: () =>
      [...lost].filter(([name]) => isLost(name)).map(([server, { code }]) => ({ server, code })),
  };
}
