import type { DnsAnswer, DnsResult } from '../../model/observed.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { questionName } from '../../net/dns-name.ts';
import { dnsServerAddress } from '../../net/dns-server.ts';
import { createExchange } from '../../net/exchange.ts';
import { isIP } from '../../net/ip.ts';
import type { Resolver, WalkDelegation } from '../../net/network-access.ts';
import { createResolver } from '../../net/resolver.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { Probe, ProbeContext } from '../contract/probe.ts';
import { walkCaa } from './caa.ts';
import type { DnsObservation } from './observation.ts';
import { withSignatures } from './signatures.ts';

/** Asked in addition to the addresses, to distinguish a name that is used only for mail from an unused one. */
const OTHER_TYPES = ['MX', 'TXT', 'NS'] as const;

/**
 * Asks for the addresses, the CNAME chain, MX, TXT and NS of `spec.host`: the context's resolver, or the server that
 * the spec names. That server is a target like any other, so the guard judges its address before a question is sent.
 */
export const probeDns: Probe<DnsObservation> = async (spec, context) => {
  const start = context.clock.monotonic();
  const startedAt = isoTime(context.clock.now());
  const serverRefused =
    spec.dnsServer === undefined ? undefined : context.guard(dnsServerAddress(spec.dnsServer));
  if (spec.dnsServer !== undefined && serverRefused !== undefined) {
    const nothing = { name: spec.host, servers: [spec.dnsServer], answers: [], cnames: [], addresses: [] };
    return dnsObservation(spec, { ...nothing, serverRefused }, context, { startedAt, totalMs: 0 });
  }
  const resolver = resolverOf(spec, context);
  const issuer = isIP(spec.host) === 0 ? spec.assertions?.issuer : undefined;
  const caa = issuer === undefined ? undefined : walkCaa(spec.host, resolver);
  const [found, ...others] = await Promise.all([
    resolver.addresses(spec.host, spec.port),
    ...(isIP(spec.host) === 0 ? OTHER_TYPES : []).map(
      async (type): Promise<DnsAnswer> => ({ type, ...(await resolver.ask(spec.host, type)) }),
    ),
  ]);
  const answers = found.given === true ? found.answers : [...found.answers, ...others];
  const totalMs = roundMs(context.clock.monotonic() - start);
  const walked = await caa;
  const observation: DnsObservation = {
    ...dnsObservation(spec, { ...found, answers }, context, { startedAt, totalMs }),
    ...(walked && { caa: walked }),
  };
  if (spec.delegation !== true) return observation;
  const left = spec.timeoutMs - totalMs;
  const [servers, signed] = await Promise.all([
    withWalk(observation, context.walkDelegation, left),
    spec.dnsServer === undefined ? withSignatures(observation, resolver, left) : observation,
  ]);
  return { ...servers, ...(signed.dnssec && { dnssec: signed.dnssec }) };
};

/**
 * The observation, with what all name servers of the zone say. Of a name without address that is an alias, the zone of the alias's
 * end is asked: that is where the address is missing.
 *
 * @param withinMs all of it, ms
 */
export async function withWalk(
  observation: DnsObservation,
  walk: WalkDelegation | undefined,
  withinMs: number,
): Promise<DnsObservation> {
  const { name, given, addresses, cnames } = observation.dns;
  if (walk === undefined || given === true || questionName(name) === undefined) return observation;
  const end = addresses.length === 0 ? (cnames.at(-1) ?? name) : name;
  return { ...observation, delegation: await walk(end, withinMs) };
}

/** A server that the spec names gets no second opinion: it is the one that is checked. */
function resolverOf(spec: ProbeSpec, context: ProbeContext): Resolver {
  if (spec.dnsServer === undefined) return context.resolver;
  const { clock, deadline } = context;
  return createResolver({
    servers: [spec.dnsServer],
    pins: [],
    timeoutMs: spec.timeoutMs,
    alone: true,
    clock,
    deadline,
  });
}

/** The observation of a look-up that was made already: also for the other kinds when their host has no address. */
export function dnsObservation(
  { endpointId, host, port }: Pick<ProbeSpec, 'endpointId' | 'host' | 'port'>,
  dns: DnsResult,
  context: Pick<ProbeContext, 'vantage' | 'clock' | 'guard'>,
  { startedAt, totalMs }: { readonly startedAt: string; readonly totalMs: number },
): DnsObservation {
  const exchange = createExchange(context.clock);
  for (const answer of dns.answers) {
    const server = answer.server ?? dns.servers[0] ?? '';
    exchange.sent(`${answer.type} ${answer.name ?? dns.name} to ${server}`);
    exchange.received(`${answer.code} ${answer.records.join(', ')} (${answer.ms} ms${header(answer)})`);
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
    ...observationHead({ endpointId, host, port, address: '' }, context.vantage, { startedAt }),
    ...(dns.late && { late: dns.late }),
    dns: { ...dns, ...(refused.length > 0 ? { refused } : {}) },
    timings: { dns: totalMs, total: totalMs },
    exchange: exchange.lines,
  };
}

/** What the header said, in the words of dig: `; UDP, NOERROR aa ra`. */
function header({ header: said, over, zone, code }: DnsAnswer): string {
  if (said === undefined) return '';
  const flags = (['aa', 'tc', 'ra', 'ad'] as const).filter((flag) => said[flag]).join(' ');
  const leads = zone === undefined ? '' : code === 'REFERRAL' ? `, refers to ${zone}` : `, zone ${zone}`;
  return `; ${over === 'tcp' ? 'TCP' : 'UDP'}, ${said.rcode}${flags === '' ? '' : ` ${flags}`}${leads}`;
}
