import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { type InputError, inputError } from '../../model/input-error.ts';
import { dnsServerAddress } from '../../net/dns-server.ts';
import { createGuard } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';

/**
 * Refuses, before anything runs, a host that is certain not to be on the internet: a private or loopback literal, or
 * `localhost` (RFC 6761 §6.3). Names that resolve to such an address are found by the probe's own guard.
 */
export function refuseUnreachableHost(host: string, allowPrivate: boolean): InputError | undefined {
  if (isIP(host) === 0) {
    if (allowPrivate || !/^(.*\.)?localhost$/.test(host)) return undefined;
    return inputError(`${host} is this machine itself: add --allow-private to check it from here`);
  }
  const range = createGuard({ allowPrivate })(host);
  if (range === undefined) return undefined;
  const permittedHere = !allowPrivate && createGuard({ allowPrivate: true })(host) === undefined;
  return inputError(
    permittedHere
      ? `${host} is not reachable from the internet (${range}): add --allow-private to check it from this machine`
      : `${host} is never probed (${range}): name a public address`,
  );
}

/** The same for an endpoint; for one that asks a question, the server is what is dialled, not the name in the question. */
export function refuseUnreachableEndpoint(
  { kind, host, dnsServer }: Pick<Endpoint, 'kind' | 'host' | 'dnsServer'>,
  allowPrivate: boolean,
): InputError | undefined {
  if (descriptorOf(kind).dialsHost) return refuseUnreachableHost(host, allowPrivate);
  return dnsServer === undefined
    ? undefined
    : refuseUnreachableHost(dnsServerAddress(dnsServer), allowPrivate);
}
