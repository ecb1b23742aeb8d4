import { isIPv4 } from 'node:net';
import { createDial } from '../net/dial.ts';
import { addressScope } from '../net/guard.ts';
import type { AddressGuard, Clock, ReservedDial } from '../probe/probe.ts';

/**
 * The gate of the one dial that means to fail. It lets through what no host can have: 240.0.0.0/4, reserved since RFC
 * 1112 §4, without the broadcast address. With `allowPrivate` also loopback and private addresses, so that a lab can
 * stand in for a network that answers for everyone. Never a public address, cloud metadata or multicast.
 */
export function createReservedGate(options: { readonly allowPrivate: boolean }): AddressGuard {
  return (address) => {
    if (isIPv4(address) && Number(address.split('.', 1)[0]) >= 240)
      return address === '255.255.255.255' ? 'broadcast' : undefined;
    const scope = addressScope(address);
    const isLab = scope === 'loopback' || scope === 'private';
    return isLab && options.allowPrivate ? undefined : 'not reserved (240.0.0.0/4)';
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
