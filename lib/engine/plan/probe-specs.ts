import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { DnsResult } from '../../model/observed.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import type { FamilyChoice, RunSettings } from '../../model/request.ts';
import type { Family } from '../../model/vocabulary.ts';

/** Addresses of one name that are probed in each family: a name's owner must not be able to make us dial thousands. */
export const MAX_ADDRESSES_PER_FAMILY = 16;

type PlanSettings = Pick<
  RunSettings,
  'family' | 'timeoutMs' | 'oldProtocols' | 'weakCiphers' | 'delegation' | 'revocation'
>;

/** Address families that `--family` asks for. */
export function chosenFamilies(choice: FamilyChoice): readonly Family[] {
  switch (choice) {
    case '4':
      return [4];
    case '6':
      return [6];
    case 'both':
      return [4, 6];
    default:
      return choice satisfies never;
  }
}

/**
 * The part of an answer that `--family` keeps: only addresses and A/AAAA answers of the chosen families, so that a name with
 * only AAAA is, with `--family 4`, a name without an address.
 */
export function ofChosenFamilies(dns: DnsResult, choice: FamilyChoice): DnsResult {
  if (choice === 'both') return dns;
  const otherType = choice === '4' ? 'AAAA' : 'A';
  return {
    ...dns,
    addresses: dns.addresses.filter(({ family }) => String(family) === choice),
    answers: dns.answers.filter(({ type }) => type !== otherType),
  };
}

/** The one spec of an endpoint whose host is asked about and not dialled; what finds its peers itself gets the family that is asked for. */
export function dnsSpec(endpoint: Endpoint, settings: PlanSettings): ProbeSpec {
  const families = chosenFamilies(settings.family);
  const family = families.length === 1 && descriptorOf(endpoint.kind).findsPeers ? families[0] : undefined;
  return specFor(endpoint, settings, '', family);
}

/**
 * One spec for each address of the endpoint's host in the chosen families, IPv4 first, each address once: a client
 * may choose any of them, so each has to work. Empty when the name has no such address. Needs no network.
 */
export function probeSpecs(endpoint: Endpoint, dns: DnsResult, settings: PlanSettings): ProbeSpec[] {
  if (!descriptorOf(endpoint.kind).dialsHost) return [dnsSpec(endpoint, settings)];
  const specs: ProbeSpec[] = [];
  for (const family of chosenFamilies(settings.family)) {
    const addresses = new Set(dns.addresses.filter((a) => a.family === family).map((a) => a.address));
    for (const address of [...addresses].slice(0, MAX_ADDRESSES_PER_FAMILY)) {
      specs.push(specFor(endpoint, settings, address, family));
    }
  }
  return specs;
}

function specFor(endpoint: Endpoint, settings: PlanSettings, address: string, family?: Family): ProbeSpec {
  const { kind, expect } = endpoint;
  const { tls, timeoutMs, dialsHost } = descriptorOf(kind);
  return {
    endpointId: endpoint.id,
    kind,
    host: endpoint.host,
    port: endpoint.port,
    address,
    timeoutMs: settings.timeoutMs ?? timeoutMs,
    expect,
    ...(family !== undefined && { family }),
    ...(endpoint.path !== undefined && { path: endpoint.path }),
    ...(endpoint.dnsServer !== undefined && { dnsServer: endpoint.dnsServer }),
    ...(endpoint.speech !== undefined && { speech: endpoint.speech }),
    // What must not be reachable needs no second connection: the first answer already decides the verdict.
    ...(tls === 'implicit' && expect === 'open' && settings.oldProtocols && { oldProtocols: true }),
    ...(tls === 'implicit' && expect === 'open' && settings.weakCiphers && { weakCiphers: true }),
    // A server that the endpoint names is itself what is checked.
    ...(!dialsHost && settings.delegation && endpoint.dnsServer === undefined && { delegation: true }),
    ...(tls !== 'none' && expect === 'open' && settings.revocation && { revocation: true }),
    ...(endpoint.assertions !== undefined && { assertions: endpoint.assertions }),
  };
}
