import { networkInterfaces } from 'node:os';
import type { Family } from '../model/vocabulary.ts';
import { addressScope } from '../net/guard.ts';

type Interfaces = ReturnType<typeof networkInterfaces>;

/**
 * The address families with which this machine can reach other hosts. IPv4 needs any address except loopback (NAT is
 * usual); IPv6 needs a globally routable one: link-local and unique local addresses (RFC 4193) do not reach the internet, and
 * nearly every machine has a link-local one. A machine with only loopback gets both, as there is nothing to decide by.
 */
export function localFamilies(interfaces: Interfaces = networkInterfaces()): Family[] {
  const outward = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal);
  if (outward.length === 0) return [4, 6];
  const has4 = outward.some(({ family }) => family === 'IPv4');
  const has6 = outward.some(({ family, address }) => family === 'IPv6' && addressScope(address) === 'public');
  return [...(has4 ? [4 as const] : []), ...(has6 ? [6 as const] : [])];
}
