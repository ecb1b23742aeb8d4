import type { Family } from '../model/vocabulary.ts';
import { addressScope } from './guard.ts';
import { isIP } from './ip.ts';
import type { GuardedDial } from './network-access.ts';

/** In place of a system's error where an address was not dialled, since the vantage has none of its family. */
export const NO_SUCH_FAMILY = 'NO_SUCH_FAMILY';

/**
 * A dial that refuses at once, as ours, an address of a family that the vantage does not have. A subnet without a way out for IPv4
 * still has IPv4 addresses and a default route, so that the kernel would dial, and silence would be held against the peer: a redirect's
 * target that has an A record alone. Loopback and private addresses are dialled, whatever the way to the internet has.
 *
 * @param everywhere also loopback and private addresses: the vantage judges these families alone
 */
export function createFamilyDial(
  dial: GuardedDial,
  families: readonly Family[],
  { everywhere }: { readonly everywhere: boolean },
): GuardedDial {
  return (address, port, options) => {
    const family = isIP(address) === 6 ? 6 : 4;
    const has = families.includes(family) || (!everywhere && addressScope(address) !== 'public');
    if (has) return dial(address, port, options);
    const result = { status: 'unreachable', code: NO_SUCH_FAMILY, local: true } as const;
    return Promise.resolve({ ok: false, result, ms: 0 });
  };
}
