import { endpointId } from '../../engine/plan/endpoint-id.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Assertions, Endpoint } from '../../model/endpoint.ts';
import type { Profile, ProfileOptions, ProfileRow } from '../../model/profile.ts';

/**
 * The endpoints that a profile asks for on one host.
 *
 * @param host ASCII name or IP literal without brackets: the host of rows that name none.
 * @param target The user's name for it; written in every endpoint, also in those of the vendor.
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
      return descriptorOf(row.kind).findsPeers
        ? options.replies?.domain !== undefined
        : options.replies !== undefined;
    case 'quic':
      return options.quic;
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
    host:
      row.host ?? (descriptorOf(row.kind).findsPeers ? options.replies?.domain : undefined) ?? checkedHost,
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
    ...(row.host !== undefined && { isDependency: true }),
    level: row.level,
    reason: row.reason,
    ...(row.source !== undefined && { source: row.source }),
    ...(row.documentedAddresses && { documentedAddresses: row.documentedAddresses }),
    ...(assertions && { assertions }),
  };
}

type Exposure = Pick<Endpoint, 'expect' | 'warnIfPublic' | 'meantForAll' | 'allowListedVantages'>;

/**
 * Who may reach a row meant for known networks. A list of vantages that must connect is the most exact, so it counts
 * more than `ui`; without it `--private-ui` changes the row to one that must not be reachable.
 */
function exposureOf(row: ProfileRow, options: ProfileOptions): Exposure {
  if (!row.restricted) return { expect: row.expect };
  if (options.allowListedVantages.length > 0)
    return { expect: 'open', allowListedVantages: options.allowListedVantages };
  switch (options.ui) {
    case 'allow-listed':
      return { expect: 'open', warnIfPublic: true };
    case 'public':
      return { expect: 'open', meantForAll: true };
    case 'private':
      return { expect: 'closed' };
    default:
      return options.ui satisfies never;
  }
}

/** Adds to the mail rows of the checked host what `--replies DOMAIN` and its recipient ask for. */
function assertionsOf(row: ProfileRow, { replies }: ProfileOptions): Assertions | undefined {
  const { tls, assertions } = descriptorOf(row.kind);
  // Mail from other servers comes in a session that may switch to TLS; TLS from the first byte is for submission (RFC 8314 §3.3).
  const isMailExchange = tls === 'starttls' && assertions.includes('mxDomain');
  const takesMail = isMailExchange && row.expect === 'open' && row.host === undefined;
  if (!takesMail || replies === undefined) return row.assertions;
  const asked: Assertions = {
    ...row.assertions,
    ...(replies.domain !== undefined && { mxDomain: replies.domain }),
    ...(replies.recipient !== undefined && { recipient: replies.recipient }),
  };
  return Object.keys(asked).length > 0 ? asked : undefined;
}
