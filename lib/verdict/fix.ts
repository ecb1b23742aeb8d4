/** What to do next, for the host, address and port that were seen, and firewall rules where a rule may help. */
import { causes } from '../diagnose/causes/index.ts';
import { type FirewallRule, firewallRules } from '../diagnose/rules/index.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { CauseCode, Side } from '../model/vocabulary.ts';
import type { Cell } from './cell.ts';

/**
 * Causes that a rule may mend. A refusal is among them because a firewall's REJECT looks exactly like a host without
 * a listener; the text says to look at the listener first.
 */
const ALLOW_MAY_HELP: ReadonlySet<CauseCode> = new Set([
  'tcp.filtered',
  'tcp.unreachable',
  'tcp.refused',
  'ntp.no-answer',
]);

/** Addresses for which rules are written out. */
const MAX_ADDRESSES = 4;

const transport = (endpoint: Endpoint): 'tcp' | 'udp' => (endpoint.kind === 'ntp' ? 'udp' : 'tcp');

function addressee(side: Side, kind: string, host: string): string {
  switch (side) {
    case 'dns':
      return `For whoever runs the DNS zone of ${host}`;
    case 'network':
      return `For the network team (firewall, NAT, provider) in front of ${host}`;
    case 'host':
      return `For whoever runs the host ${host}`;
    case 'service':
      return `For whoever runs the ${kind} service of ${host}`;
    case 'prober':
      return 'For whoever runs this check';
    default:
      return side satisfies never;
  }
}

const addressesOf = (cells: readonly Cell[]): string[] => [
  ...new Set(cells.map(({ address }) => address).filter((address) => address !== '')),
];

interface Place {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** Where a fault has to be mended: at the endpoint, or at the target of its redirect, at the addresses that were met there. */
function placeOf({ at, cause }: Fault, endpoint: Endpoint, troubled: readonly Cell[]): Place {
  if (at === undefined) return { host: endpoint.host, port: endpoint.port, addresses: addressesOf(troubled) };
  const met = troubled.flatMap(({ faults }) =>
    faults.filter((fault) => fault.cause === cause).flatMap((fault) => fault.at ?? []),
  );
  const there = met.filter(({ host, port }) => host === at.host && port === at.port);
  return { ...at, addresses: [...new Set([at, ...there].map(({ address }) => address))] };
}

/**
 * The advice of the gravest fault made concrete.
 *
 * @param troubled the cells that carry faults
 */
export function fixText(
  endpoint: Endpoint,
  faults: readonly Fault[],
  troubled: readonly Cell[],
): string | undefined {
  const [gravest, second] = faults;
  if (gravest === undefined) return undefined;
  const { host, port, addresses } = placeOf(gravest, endpoint, troubled);
  const shown =
    addresses.slice(0, MAX_ADDRESSES).join(', ') + (addresses.length > MAX_ADDRESSES ? ', …' : '');
  const named = shown === host ? '' : `, ${shown}`;
  // Whoever runs the check has to act at home, not at that place.
  const where =
    shown === '' || gravest.side === 'prober' ? '' : `${named} port ${port}/${transport(endpoint)}`;
  const kind = gravest.at === undefined ? endpoint.kind : 'web';
  const flapped =
    !troubled.some(({ verdict }) => verdict === 'fail') && troubled.some((cell) => cell.flapped);
  // A repair in earnest for one lost packet would be bad advice.
  const once = flapped
    ? 'The failure did not repeat, and a packet lost now and then needs no repair. If it comes back: '
    : '';
  const parts = [`${addressee(gravest.side, kind, host)}${where}: ${once}${causes[gravest.cause].next}`];
  // That an address is dead says little about what to do; its own cause does.
  if (gravest.cause === 'tcp.some-addresses-dead' && second !== undefined)
    parts.push(causes[second.cause].next);
  if (endpoint.farEnd === true) {
    parts.push(
      `${endpoint.host} is a far end that is not the customer's own. Where it works from here but not from the customer's network, that network must let ${transport(endpoint)} port ${endpoint.port} out to it.`,
    );
  }
  if (endpoint.warnIfPublic === true && ALLOW_MAY_HELP.has(gravest.cause)) {
    parts.push(
      'This service is meant for known networks. If its allow-list leaves this vantage out on purpose, check from a vantage that is on it (--from-allow-listed), or say --private-ui.',
    );
  }
  return parts.join(' ');
}

/** The same product's rules for several addresses as one text; a rule that names no address is there once. */
function merged(rules: readonly FirewallRule[]): FirewallRule[] {
  const byProduct = new Map<string, Set<string>>();
  for (const { product, rule } of rules) {
    const known = byProduct.get(product);
    if (known === undefined) byProduct.set(product, new Set([rule]));
    else known.add(rule);
  }
  return [...byProduct].map(([product, texts]) => ({ product, rule: [...texts].join('\n') }));
}

/** Source addresses that an allow rule may name; `undefined`: nobody knows them, and `any` would open too much. */
function allowedSources(
  endpoint: Endpoint,
  cells: readonly Cell[],
  vantages: ReadonlyMap<string, VantageFacts>,
): string[] | undefined {
  const restricted = endpoint.warnIfPublic === true || (endpoint.allowListedVantages ?? []).length > 0;
  if (!restricted) return [];
  const sources = new Set(cells.flatMap(({ vantage }) => vantages.get(vantage)?.sourceAddress ?? []));
  return sources.size === 0 ? undefined : [...sources];
}

/** Addresses and ports behind which a rule may help, each once. */
function shutPlaces(
  cells: readonly Cell[],
  { port }: Endpoint,
): { readonly address: string; readonly port: number }[] {
  const places = cells.flatMap(({ address, faults }) =>
    faults
      .filter(({ cause }) => ALLOW_MAY_HELP.has(cause))
      .map(({ at }) => ({ address: at?.address ?? address, port: at?.port ?? port })),
  );
  const once = new Map(
    places.filter(({ address }) => address !== '').map((place) => [`${place.address} ${place.port}`, place]),
  );
  return [...once.values()];
}

/**
 * Rules ready to paste: to let a silent or refused port in, or to keep out what must not be reachable. None for a far
 * end of the vendor's, and none that would open a restricted service to everyone or shut out its allow-list.
 */
export function fixRules(
  endpoint: Endpoint,
  cells: readonly Cell[],
  vantages: ReadonlyMap<string, VantageFacts>,
): FirewallRule[] {
  if (endpoint.farEnd === true || endpoint.kind === 'dns') return [];
  const base = { port: endpoint.port, protocol: transport(endpoint) };
  const failing = cells.filter(({ verdict }) => verdict === 'fail');
  const exposed = failing.filter((cell) => cell.expect === 'closed');
  if (exposed.length > 0) {
    if ((endpoint.allowListedVantages ?? []).length > 0) return [];
    const flows = addressesOf(exposed).slice(0, MAX_ADDRESSES);
    return merged(
      flows.flatMap((address) => firewallRules({ action: 'deny', address, ...base, sources: [] })),
    );
  }
  const shut = failing.filter((cell) => cell.faults.some(({ cause }) => ALLOW_MAY_HELP.has(cause)));
  const sources = allowedSources(endpoint, shut, vantages);
  if (sources === undefined) return [];
  return merged(
    shutPlaces(shut, endpoint)
      .slice(0, MAX_ADDRESSES)
      .flatMap((place) => firewallRules({ action: 'allow', ...base, ...place, sources })),
  );
}
