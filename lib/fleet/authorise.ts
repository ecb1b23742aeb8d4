/** May the fleet probe this? Judged for each endpoint, because a target's name proves nothing of a host. */
import type { Endpoint } from '../model/endpoint.ts';
import type { Authorisation, FleetRequest, TargetRecord } from '../model/fleet.ts';
import type { Unprobed } from './run-plan.ts';

export interface Authorised {
  /** The weakest that was needed; absent when nothing of the target may be probed. */
  readonly authorisation?: Authorisation;
  readonly unprobed: readonly Unprobed[];
}

/**
 * Ownership on record covers the hosts that stand there; for the rest an operator may vouch. Far ends of a built-in
 * profile are the vendor's, documented for its customers, and go with the target.
 */
export function authorise(
  endpoints: readonly Endpoint[],
  record: TargetRecord | undefined,
  vouch: FleetRequest['vouch'],
): Authorised {
  const vouched: Authorisation | undefined = vouch && { kind: 'vouched', ...vouch };
  const own = endpoints.filter(({ farEnd }) => farEnd !== true);
  const proven = own.filter((endpoint) => record !== undefined && isProven(endpoint, record));
  if (record !== undefined && proven.length === own.length && own.length > 0)
    return { authorisation: record.authorisation, unprobed: [] };
  if (vouched !== undefined) return { authorisation: vouched, unprobed: [] };
  const refused = proven.length > 0 ? own.filter((endpoint) => !proven.includes(endpoint)) : endpoints;
  return {
    ...(proven.length > 0 && record !== undefined && { authorisation: record.authorisation }),
    unprobed: refused.map((endpoint) => ({
      endpointId: endpoint.id,
      cause: 'prober.target-not-authorised',
      summary: `${endpoint.id} was not probed: nobody has proven that ${uncovered(endpoint, record)} is theirs.`,
    })),
  };
}

const isProven = (endpoint: Endpoint, record: TargetRecord): boolean =>
  contacted(endpoint).every((host) => covers(record, host));

const uncovered = (endpoint: Endpoint, record: TargetRecord | undefined): string =>
  contacted(endpoint).find((host) => record === undefined || !covers(record, host)) ?? endpoint.host;

/** Whoever gets a packet, or is named to a mail server as the recipient. */
function contacted({ host, dnsServer, assertions }: Endpoint): string[] {
  const domain = assertions?.recipient?.split('@').at(-1);
  return [
    host,
    ...(dnsServer === undefined ? [] : [dnsServer.replace(/^\[?(.*?)\]?:\d+$/, '$1')]),
    ...(domain === undefined ? [] : [domain]),
  ].map((name) => name.toLowerCase());
}

/** A TXT record proves the domain and what is below it; a file on a web server proves that name alone. */
function covers({ hosts, authorisation }: TargetRecord, host: string): boolean {
  const wholeDomain = authorisation.kind === 'proven' && authorisation.method === 'dns-txt';
  return hosts
    .map((name) => name.toLowerCase())
    .some((name) => host === name || (wholeDomain && host.endsWith(`.${name}`)));
}
