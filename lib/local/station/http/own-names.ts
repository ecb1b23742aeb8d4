/** By which names and from which pages the station may be asked. */
import { hostPort } from '../../../net/host-port.ts';

/**
 * A page of another site can have its own name resolve to 127.0.0.1 (DNS rebinding) and is then, for the browser, the
 * station itself: but the browser sends that name as the host. And a page that asks across sites is named in `origin`.
 */
export interface OwnNames {
  isHost(host: string | undefined): boolean;
  /** Absent in all that no browser sends. */
  isOrigin(origin: string | undefined): boolean;
}

export function ownNames(address: string, port: number): OwnNames {
  const hosts = new Set([hostPort(address, port), `localhost:${port}`]);
  // HTTP's own port is left away by whoever asks.
  if (port === 80) for (const host of [...hosts]) hosts.add(host.replace(/:80$/, ''));
  return {
    isHost: (host) => host !== undefined && hosts.has(host.toLowerCase()),
    isOrigin: (origin) => origin === undefined || [...hosts].some((host) => origin === `http://${host}`),
  };
}
