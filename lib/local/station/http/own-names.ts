/** By which names and from which pages the station may be asked. */
import { plainAddress } from '../../../net/address-ranges.ts';
import { addressScope } from '../../../net/guard.ts';
import { hostPort } from '../../../net/host-port.ts';

/** Where a connection came in: the socket's own end of it. */
export interface OwnEnd {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/**
 * A page of another site can have its own name resolve to 127.0.0.1 (DNS rebinding) and is then, for the browser, the
 * station itself: but the browser sends that name as the host. And a page that asks across sites is named in `origin`.
 */
export interface OwnNames {
  isHost(host: string | undefined, end: OwnEnd): boolean;
  /** Absent in all that no browser sends. */
  isOrigin(origin: string | undefined, end: OwnEnd): boolean;
}

export interface NameOptions {
  /** Whether the station itself speaks TLS; a proxy before it may, too. */
  readonly isTls: boolean;
  /** The name by which others reach it. */
  readonly baseUrl?: URL | undefined;
}

/** Its base URL, and the address that was connected to: no name that somebody else chose leads to either. */
export function ownNames({ isTls, baseUrl }: NameOptions): OwnNames {
  const [scheme, usualPort] = isTls ? ['https:', 443] : ['http:', 80];
  const addressed = ({ localAddress = '', localPort = 0 }: OwnEnd): string[] => {
    const address = plainAddress(localAddress);
    if (address === undefined) return [];
    const names = [hostPort(address, localPort)];
    if (addressScope(address) === 'loopback') names.push(`localhost:${localPort}`);
    // HTTP's own port is left away by whoever asks.
    return localPort === usualPort ? names.flatMap((name) => [name, name.replace(/:\d+$/, '')]) : names;
  };
  const named = baseUrl === undefined ? [] : [baseUrl.host, `${baseUrl.hostname}:${baseUrl.port || '443'}`];
  return {
    isHost: (host, end) => host !== undefined && [...named, ...addressed(end)].includes(host.toLowerCase()),
    isOrigin: (origin, end) =>
      origin === undefined ||
      origin === baseUrl?.origin ||
      addressed(end).some((host) => origin === `${scheme}//${host}`),
  };
}
