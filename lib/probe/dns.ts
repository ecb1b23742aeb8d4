import type { DnsAnswer, DnsObservation, DnsResult } from '../model/observation.ts';
import { roundMs } from '../net/clock.ts';
import { createExchange } from '../net/exchange.ts';
import type { Probe, ProbeContext } from './probe.ts';

/** Asked beside the addresses, so that a name that serves mail alone is told from one that does nothing. */
const OTHER_TYPES = ['MX', 'TXT', 'NS'] as const;

/** Asks for the addresses, the CNAME chain, MX, TXT and NS of `spec.host`. Nothing is dialled. */
export const probeDns: Probe<DnsObservation> = async (spec, context) => {
  const start = context.clock.monotonic();
  const startedAt = new Date(context.clock.now()).toISOString();
  const [found, ...others] = await Promise.all([
    context.resolver.addresses(spec.host, spec.port),
    ...OTHER_TYPES.map(
      async (type): Promise<DnsAnswer> => ({ type, ...(await context.resolver.ask(spec.host, type)) }),
    ),
  ]);
  const answers = found.given === true ? found.answers : [...found.answers, ...others];
  const totalMs = roundMs(context.clock.monotonic() - start);
  return dnsObservation(spec, { ...found, answers }, context, { startedAt, totalMs });
};

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
