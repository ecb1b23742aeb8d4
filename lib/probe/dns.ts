import { isIP } from 'node:net';
import type { DnsAnswer, DnsObservation, DnsResult } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import { isoTime, roundMs } from '../net/clock.ts';
import { createExchange } from '../net/exchange.ts';
import { createResolver } from '../net/resolver.ts';
import type { Probe, ProbeContext, Resolver } from './probe.ts';

/** Asked beside the addresses, so that a name that serves mail alone is told from one that does nothing. */
const OTHER_TYPES = ['MX', 'TXT', 'NS'] as const;

/**
 * Asks for the addresses, the CNAME chain, MX, TXT and NS of `spec.host`: the context's resolver, or the server that
 * the spec names. That one is a target like any other, so the guard judges its address before a question is sent.
 */
export const probeDns: Probe<DnsObservation> = async (spec, context) => {
  const start = context.clock.monotonic();
  const startedAt = isoTime(context.clock.now());
  const serverRefused =
    spec.dnsServer === undefined ? undefined : context.guard(serverAddress(spec.dnsServer));
  if (spec.dnsServer !== undefined && serverRefused !== undefined) {
    const nothing = { name: spec.host, servers: [spec.dnsServer], answers: [], cnames: [], addresses: [] };
    return dnsObservation(spec, { ...nothing, serverRefused }, context, { startedAt, totalMs: 0 });
  }
  const resolver = resolverOf(spec, context);
  const [found, ...others] = await Promise.all([
    resolver.addresses(spec.host, spec.port),
    ...(isIP(spec.host) === 0 ? OTHER_TYPES : []).map(
      async (type): Promise<DnsAnswer> => ({ type, ...(await resolver.ask(spec.host, type)) }),
    ),
  ]);
  const answers = found.given === true ? found.answers : [...found.answers, ...others];
  const totalMs = roundMs(context.clock.monotonic() - start);
  return dnsObservation(spec, { ...found, answers }, context, { startedAt, totalMs });
};

/** A server of its own has no second opinion beside it: it is the one that is checked. */
function resolverOf(spec: ProbeSpec, context: ProbeContext): Resolver {
  if (spec.dnsServer === undefined) return context.resolver;
  const { clock, deadline } = context;
  return createResolver({
    servers: [spec.dnsServer],
    pins: [],
    timeoutMs: spec.timeoutMs,
    clock,
    deadline,
  });
}

/** The address in `address`, `address:port` and `[v6]:port`. */
function serverAddress(server: string): string {
  if (isIP(server) !== 0) return server;
  return server.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** The observation of a look-up that was made already: also for the other kinds when their host has no address. */
export function dnsObservation(
  spec: { readonly endpointId: string; readonly host: string; readonly port: number },
  dns: DnsResult,
  context: Pick<ProbeContext, 'vantage' | 'clock' | 'guard'>,
  times: { readonly startedAt: string; readonly totalMs: number },
): DnsObservation {
  const exchange = createExchange(context.clock);
  for (const answer of dns.answers) {
    const server = answer.server ?? dns.servers[0] ?? '';
    exchange.sent(`${answer.type} ${answer.name ?? dns.name} to ${server}`);
    exchange.received(`${answer.code} ${answer.records.join(', ')} (${answer.ms} ms)`);
  }
  if (dns.given === true) {
    exchange.event(`given, not looked up: ${dns.addresses.map((one) => one.address).join(', ')}`);
  }
  if (dns.serverRefused !== undefined) {
    exchange.event(`no question was sent to ${dns.servers[0]}: ${dns.serverRefused}`);
  }
  const refused = dns.addresses.flatMap(({ address }) => {
    const range = context.guard(address);
    return range === undefined ? [] : [{ address, range }];
  });
  return {
    kind: 'dns',
    endpointId: spec.endpointId,
    vantage: context.vantage,
    host: spec.host,
    port: spec.port,
    address: '',
    startedAt: times.startedAt,
    dns: { ...dns, ...(refused.length > 0 ? { refused } : {}) },
    timings: { dns: times.totalMs, total: times.totalMs },
    exchange: exchange.lines,
  };
}
