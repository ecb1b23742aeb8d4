/** What to do next, for the host, address and port that were seen, and firewall rules where a rule may help. */
import { causes } from '../../kinds/causes.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { ASK_FIRST } from '../../kinds/listener/ask-first.ts';
import { CAUSE_DEFAULTS } from '../../model/cause-codes.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { CauseCode, Side } from '../../model/vocabulary.ts';
import { judgeAddress } from '../../net/guard.ts';
import { fixedSource, sourceBySocket } from '../../net/source.ts';
import { type FirewallFlow, type FirewallRule, firewallRules } from '../firewall/index.ts';
import type { AddressVerdict } from './address-verdict.ts';

const ruleMayHelp = (cause: CauseCode): boolean => 'ruleMayHelp' in CAUSE_DEFAULTS[cause];

/** Addresses for which rules are written out. */
const MAX_ADDRESSES = 4;

const transport = (endpoint: Endpoint): 'tcp' | 'udp' => descriptorOf(endpoint.kind).transport;

export function addressee(side: Side, kind: string, host: string): string {
  switch (side) {
    case 'dns':
      return `For the operator of the DNS zone of ${host}`;
    case 'network':
      return `For the network team (firewall, NAT, provider) in front of ${host}`;
    case 'host':
      return `For the operator of the host ${host}`;
    case 'service':
      return `For the operator of the ${kind} service of ${host}`;
    case 'prober':
      return 'For the person who runs this check';
    default:
      return side satisfies never;
  }
}

const addressesOf = (addressVerdicts: readonly AddressVerdict[]): string[] => [
  ...new Set(addressVerdicts.map(({ address }) => address).filter((address) => address !== '')),
];

/** What to do next. `PORT` in a text of lib/kinds is replaced by the port at which the fault was found. */
function advice(fault: Fault, { kind, port }: Pick<Endpoint, 'kind' | 'port'>): string {
  const usual = causes[fault.cause].next.replace(/\bPORT\b/g, String(fault.at?.port ?? port));
  const first = descriptorOf(kind).isStarted ? ASK_FIRST[fault.cause] : undefined;
  return first === undefined ? usual : `${first} ${usual}`;
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** Where a fault has to be fixed: at the endpoint, or at the target of its redirect, at the addresses that were found there. */
function placeOf({ at, cause }: Fault, endpoint: Endpoint, troubled: readonly AddressVerdict[]): Place {
  if (at === undefined) return { host: endpoint.host, port: endpoint.port, addresses: addressesOf(troubled) };
  const met = troubled.flatMap(({ faults }) =>
    faults.filter((fault) => fault.cause === cause).flatMap((fault) => fault.at ?? []),
  );
  const there = met.filter(({ host, port }) => host === at.host && port === at.port);
  return { ...at, addresses: [...new Set([at, ...there].map(({ address }) => address))] };
}

/**
 * The advice for the most serious fault, with its values filled in.
 *
 * @param troubled the addresses that carry faults
 */
export function fixText(
  endpoint: Endpoint,
  faults: readonly Fault[],
  troubled: readonly AddressVerdict[],
): string | undefined {
  const [mostSerious, second] = faults;
  if (mostSerious === undefined) return undefined;
  const { host, port, addresses } = placeOf(mostSerious, endpoint, troubled);
  const shown =
    addresses.slice(0, MAX_ADDRESSES).join(', ') + (addresses.length > MAX_ADDRESSES ? ', …' : '');
  const named = shown === host ? '' : `, ${shown}`;
  // The person who runs the check has to act on their own network, not at that address.
  const where =
    shown === '' || mostSerious.side === 'prober' ? '' : `${named} port ${port}/${transport(endpoint)}`;
  // The same text as for the target's own endpoint, so that both are reported together (`ticketText`).
  const kind = mostSerious.at?.kind ?? endpoint.kind;
  const flapped =
    !troubled.some(({ verdict }) => verdict === 'fail') &&
    troubled.some((addressVerdict) => addressVerdict.flapped);
  // Advice to repair something because of one lost packet would be wrong.
  const once = flapped
    ? 'The failure did not repeat, and a packet lost now and then needs no repair. If it comes back: '
    : '';
  const parts = [
    `${addressee(mostSerious.side, kind, host)}${where}: ${once}${advice(mostSerious, endpoint)}`,
  ];
  // That an address does not answer says little about what to do; its own cause does.
  if (mostSerious.cause === 'tcp.some-addresses-dead' && second !== undefined)
    parts.push(advice(second, endpoint));
  if (endpoint.isDependency === true) {
    parts.push(
      `${endpoint.host} is a far end that is not the customer's own. Where it works from here but not from the customer's network, that network must let ${transport(endpoint)} port ${endpoint.port} out to it.`,
    );
  }
  if (endpoint.warnIfPublic === true && (ruleMayHelp(mostSerious.cause) || mostSerious.side === 'host')) {
    parts.push(
      'This service is meant for known networks. If its allow-list leaves this vantage out on purpose, check from a vantage that is on it (--from-allow-listed), or say --private-ui.',
    );
  }
  return parts.join(' ');
}

/** The same product's rules for several addresses as one text; a rule that names no address is written once. */
function merged(rules: readonly FirewallRule[]): FirewallRule[] {
  const products = new Set(rules.map(({ product }) => product));
  const together = (texts: readonly string[]): string => [...new Set(texts)].join('\n');
  return [...products].map((product) => {
    const own = rules.filter((one) => one.product === product);
    return {
      product,
      rule: together(own.map(({ rule }) => rule)),
      find: together(own.map(({ find }) => find)),
    };
  });
}

/** A firewall towards the internet does not see an address that only this machine or its own network has. */
function isRuled(address: string): boolean {
  const { scope, range } = judgeAddress(address);
  return scope === 'public' || range.startsWith('documentation');
}

/** Source and time of the attempt that decided, as a firewall's log has them. */
function seenAt(
  address: string,
  addressVerdicts: readonly AddressVerdict[],
  vantages: ReadonlyMap<string, VantageFacts>,
): NonNullable<FirewallFlow['seen']> {
  const one = addressVerdicts.find((each) => each.address === address) ?? addressVerdicts[0];
  if (one === undefined) return {};
  const { startedAt, localAddress, address: to } = one.decisive.observation;
  return {
    source: fixedSource(vantages.get(one.vantage)?.sourceAddress, to) ?? sourceBySocket(localAddress, to),
    at: startedAt,
  };
}

/** Source addresses that an allow rule may name; `undefined`: they are not known, and `any` would open too much. */
function allowedSources(
  endpoint: Endpoint,
  addressVerdicts: readonly AddressVerdict[],
  vantages: ReadonlyMap<string, VantageFacts>,
): string[] | undefined {
  const restricted = endpoint.warnIfPublic === true || (endpoint.allowListedVantages ?? []).length > 0;
  if (!restricted) return [];
  const sources = new Set(
    addressVerdicts.flatMap(({ vantage }) => vantages.get(vantage)?.sourceAddress ?? []),
  );
  return sources.size === 0 ? undefined : [...sources];
}

/** Addresses and ports for which a rule may help, each once. */
function shutPlaces(
  addressVerdicts: readonly AddressVerdict[],
  { port }: Endpoint,
): { readonly address: string; readonly port: number }[] {
  const places = addressVerdicts.flatMap(({ address, faults }) =>
    faults
      .filter(({ cause }) => ruleMayHelp(cause))
      .map(({ at }) => ({ address: at?.address ?? address, port: at?.port ?? port })),
  );
  const once = new Map(
    places.filter(({ address }) => address !== '').map((place) => [`${place.address} ${place.port}`, place]),
  );
  return [...once.values()];
}

/**
 * Rules ready to paste: to allow traffic to a silent port (a refusal came from the host itself: no rule helps there), or to deny what must not be reachable. None for
 * an endpoint of the vendor, and none that would open a restricted service to everyone or block its allow-list.
 */
export function fixRules(
  endpoint: Endpoint,
  addressVerdicts: readonly AddressVerdict[],
  vantages: ReadonlyMap<string, VantageFacts>,
): FirewallRule[] {
  if (endpoint.isDependency === true || !descriptorOf(endpoint.kind).dialsHost) return [];
  const base = { port: endpoint.port, protocol: transport(endpoint) };
  const failing = addressVerdicts.filter(({ verdict }) => verdict === 'fail');
  const exposed = failing.filter((addressVerdict) => addressVerdict.expect === 'closed');
  if (exposed.length > 0) {
    if ((endpoint.allowListedVantages ?? []).length > 0) return [];
    const flows = addressesOf(exposed).filter(isRuled).slice(0, MAX_ADDRESSES);
    return merged(
      flows.flatMap((address) => {
        const seen = seenAt(address, exposed, vantages);
        return firewallRules({ action: 'deny', address, ...base, sources: [], seen });
      }),
    );
  }
  const shut = failing.filter((addressVerdict) =>
    addressVerdict.faults.some(({ cause }) => ruleMayHelp(cause)),
  );
  const sources = allowedSources(endpoint, shut, vantages);
  if (sources === undefined) return [];
  return merged(
    shutPlaces(shut, endpoint)
      .filter(({ address }) => isRuled(address))
      .slice(0, MAX_ADDRESSES)
      .flatMap((place) => {
        const seen = seenAt(place.address, shut, vantages);
        return firewallRules({ action: 'allow', ...base, ...place, sources, seen });
      }),
  );
}
