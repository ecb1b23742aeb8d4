import type { Family } from '../../../model/vocabulary.ts';
import { withFamily } from '../../../net/look-up.ts';
import type { Resolver } from '../../../net/network-access.ts';

/** A name server, with addresses of it. */
export interface NamedAddresses {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** An address that may be asked, with its server's name. */
export interface NamedAddress {
  readonly name: string;
  readonly address: string;
}

/** `ns1.example.com (192.0.2.1)`. */
export const serverText = ({ name, address }: NamedAddress): string => `${name} (${address})`;

/**
 * The addresses of a server's name as the resolver has them, both families.
 *
 * @returns a code in their place, where there is none
 */
export async function resolvedAddresses(
  name: string,
  resolver: Pick<Resolver, 'ask'>,
  withinMs: number,
): Promise<string[] | { readonly code: string }> {
  const both = await Promise.all(['A', 'AAAA'].map((type) => within(resolver.ask(name, type), withinMs)));
  const addresses = both.flatMap((one) => (one?.code === 'NOERROR' ? one.records : []));
  if (addresses.length > 0) return addresses;
  return { code: both[0]?.code ?? 'TIMEOUT' };
}

/** `undefined` once the time is over. The timer does not keep the process alive. */
function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, ms), undefined);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Those that may be asked from here, one of each server before the second of any: another server is the better second try. */
export function askable(
  servers: readonly NamedAddresses[],
  may: (address: string, family: Family) => boolean,
): NamedAddress[] {
  const usable = servers.map(({ name, addresses }) =>
    addresses
      .filter((address) => may(address, withFamily(address).family))
      .map((address) => ({ name, address })),
  );
  const longest = Math.max(0, ...usable.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => usable.flatMap((of) => of.slice(n, n + 1))).flat();
}
