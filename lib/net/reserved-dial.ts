import { isIPv4, isIPv6 } from 'node:net';
import { createDial } from './dial.ts';
import { addressScope } from './guard.ts';
import type { AddressGuard, Clock, ReservedDial } from './network-access.ts';

/**
 * The check before the one dial that is meant to fail. It permits addresses that no host can have: 240.0.0.0/4, reserved since RFC
 * 1112 §4, without the broadcast address, and of the discard-only 100::/64 (RFC 6666) the addresses whose last group alone is
 * written. With `allowPrivate` also loopback and private addresses, so that a lab can imitate
 * a network that answers in place of every address. Never a public address, cloud metadata or multicast.
 */
export function createReservedGate(options: { readonly allowPrivate: boolean }): AddressGuard {
  return (address) => {
    if (isIPv4(address) && Number(address.split('.', 1)[0]) >= 240)
      return address === '255.255.255.255' ? 'broadcast' : undefined;
    if (isIPv6(address) && /^100::[0-9a-f]{1,4}$/i.test(address)) return undefined;
    const scope = addressScope(address);
    const isLab = scope === 'loopback' || scope === 'private';
    return isLab && options.allowPrivate ? undefined : 'not reserved (240.0.0.0/4, 100::/64)';
  };
}

/** A dial for the negative control, ended by its own signal. Never rejects. */
export function createReservedDial(options: {
  readonly allowPrivate: boolean;
  readonly clock: Clock;
}): ReservedDial {
  const guard = createReservedGate(options);
  return (address, port, { timeoutMs, signal }) =>
    createDial({ guard, clock: options.clock, deadline: signal })(address, port, { timeoutMs });
}
