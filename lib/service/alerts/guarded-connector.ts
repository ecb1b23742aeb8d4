/** How a webhook's connection is made: our code resolves, judges, dials and verifies it, not the HTTP client. */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { DnsResult } from '../../model/observed.ts';
import type { AddressGuard, GuardedDial, Resolver } from '../../net/network-access.ts';
import { trustedTls } from '../../net/trusted-tls.ts';

export interface WebhookNetwork {
  readonly guard: AddressGuard;
  readonly dial: GuardedDial;
  readonly resolver: Pick<Resolver, 'addresses'>;
  /** PEM, in addition to Node's own roots. */
  readonly trustAnchors: readonly string[];
}

/** No connection was made. `passing`: another try may succeed. The message contains no part of the URL. */
export class NotConnected extends Error {
  readonly passing: boolean;
  constructor(message: string, passing: boolean) {
    super(message);
    this.name = 'NotConnected';
    this.passing = passing;
  }
}

/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 4;

/** @param timeoutMs for each dial and for the handshake */
export function guardedConnector(network: WebhookNetwork, timeoutMs: number): buildConnector.connector {
  return (options, callback) => {
    connected(network, options, timeoutMs).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

async function connected(
  network: WebhookNetwork,
  { hostname, port, protocol }: buildConnector.Options,
  timeoutMs: number,
): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const number = Number(port === '' ? (secure ? 443 : 80) : port);
  const socket = await guardedSocket(network, host, number, timeoutMs);
  return secure ? encrypted(socket, host, network.trustAnchors, timeoutMs) : socket;
}

/**
 * Resolves a name, judges all its addresses, and dials one of them. Rejects with `NotConnected`.
 *
 * @param timeoutMs for each dial
 */
export async function guardedSocket(
  network: WebhookNetwork,
  host: string,
  number: number,
  timeoutMs: number,
): Promise<Socket> {
  const found = await network.resolver.addresses(host, number);
  const addresses = found.addresses.map(({ address }) => address).slice(0, MAX_ADDRESSES);
  if (addresses.length === 0) throw unresolved(found);
  // A name with even one internal address is not dialled at any: such a name is probably an attack.
  for (const address of addresses) {
    const range = network.guard(address);
    if (range !== undefined)
      throw new NotConnected(`its address is not one of the internet (${range})`, false);
  }
  let reason = '';
  for (const address of addresses) {
    const dialled = await network.dial(address, number, { timeoutMs });
    if (dialled.ok) return dialled.socket;
    reason = dialled.result.status;
  }
  throw new NotConnected(`no connection (${reason})`, reason !== 'refused-by-guard');
}

/** A name that does not exist may be a registration that is too young, or a zone that is broken for an hour. */
function unresolved({ answers }: DnsResult): NotConnected {
  const codes = answers.filter(({ type }) => type !== 'CNAME').map(({ code }) => code);
  return new NotConnected(`its name has no address (${[...new Set(codes)].join(', ') || 'no answer'})`, true);
}

async function encrypted(
  socket: Socket,
  host: string,
  trustAnchors: readonly string[],
  timeoutMs: number,
): Promise<Socket> {
  const secured = await trustedTls(socket, { host, trustAnchors, timeoutMs });
  if (secured.ok) return secured.socket;
  throw new NotConnected(secured.reason, !secured.untrusted);
}
