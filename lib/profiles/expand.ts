import type { Assertions, Endpoint } from '../model/endpoint.ts';
import type { Profile, ProfileOptions, ProfileRow } from '../model/profile.ts';
import { endpointId } from '../plan/endpoint-id.ts';

/**
 * The endpoints that a profile asks for on one host.
 *
 * @param host ASCII name or IP literal without brackets: what rows without a host of their own are about.
 * @param target What the user calls it; stands in every endpoint, those of far ends too.
 */
export function expandProfile(
  profile: Profile,
  host: string,
  target: string,
  options: ProfileOptions,
): Endpoint[] {
  return profile.rows
    .filter((row) => applies(row, options))
    .map((row) => toEndpoint(row, host, target, options));
}

function applies(row: ProfileRow, options: ProfileOptions): boolean {
  switch (row.group) {
    case 'always':
      return true;
    case 'replies':
      return options.replies !== undefined;
    case 'dependency':
      return options.dependencies;
    default:
      return row.group satisfies never;
  }
}

function toEndpoint(row: ProfileRow, checkedHost: string, target: string, options: ProfileOptions): Endpoint {
  const exposure = exposureOf(row, options);
  const assertions = assertionsOf(row, options);
  const parts = {
    kind: row.kind,
    host: row.host ?? checkedHost,
    port: row.port,
    ...(row.path !== undefined && { path: row.path }),
    ...(row.dnsServer !== undefined && { dnsServer: row.dnsServer }),
    expect: exposure.expect,
  };
  return {
    id: endpointId(parts),
    target,
    ...parts,
    ...exposure,
    ...(row.host !== undefined && { farEnd: true }),
    level: row.level,
    reason: row.reason,
    ...(row.source !== undefined && { source: row.source }),
    ...(row.documentedAddresses && { documentedAddresses: row.documentedAddresses }),
    ...(assertions && { assertions }),
  };
}

type Exposure = Pick<Endpoint, 'expect' | 'warnIfPublic' | 'allowListedVantages'>;

/**
 * To whom a row meant for known networks may be open. A list of vantages that must get in says most, so it goes
 * before `ui`; without it `--private-ui` turns the row into one that must not be reachable.
 */
function exposureOf(row: ProfileRow, options: ProfileOptions): Exposure {
  if (!row.restricted) return { expect: row.expect };
  if (options.allowListedVantages.length > 0)
    return { expect: 'open', allowListedVantages: options.allowListedVantages };
  switch (options.ui) {
    case 'allow-listed':
      return { expect: 'open', warnIfPublic: true };
    case 'public':
      return { expect: 'open' };
    case 'private':
      return { expect: 'closed' };
    default:
      return options.ui satisfies never;
  }
}

/** Adds to the mail rows of the checked host what `--replies DOMAIN` and its recipient ask for. */
function assertionsOf(row: ProfileRow, { replies }: ProfileOptions): Assertions | undefined {
  const takesMail = row.kind === 'smtp' && row.expect === 'open' && row.host === undefined;
  if (!takesMail || replies === undefined) return row.assertions;
  const asked: Assertions = {
    ...row.assertions,
    ...(replies.domain !== undefined && { mxDomain: replies.domain }),
    ...(replies.recipient !== undefined && { recipient: replies.recipient }),
  };
  return Object.keys(asked).length > 0 ? asked : undefined;
}
