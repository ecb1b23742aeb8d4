/** Hosts known to answer on a port, used where the user names no control and the target is on the public internet. */
export interface ControlHost {
  readonly host: string;
  readonly port: number;
}

/** Each answers over IPv4 and, where named first or alone, over IPv6 too. */
const BY_PORT: Readonly<Record<number, readonly string[]>> = {
  22: ['github.com', 'gitlab.com'],
  25: ['gmail-smtp-in.l.google.com'],
  53: ['one.one.one.one'],
  80: ['one.one.one.one'],
  443: ['one.one.one.one'],
};

/** Listens on every TCP port, only over IPv4 (portquiz.net says so itself). */
const EVERY_PORT = 'portquiz.net';

/** Asked in the protocol of the port (`datagramKind`). */
const BY_UDP_PORT: Readonly<Record<number, readonly string[]>> = {
  123: ['time.cloudflare.com'],
  443: ['one.one.one.one', 'dns.google'],
};

/** Candidates in the order in which they are tried; the first that answers proves the port. Empty: none known. */
export function defaultControls(port: number, transport: 'tcp' | 'udp'): readonly ControlHost[] {
  const hosts = transport === 'udp' ? (BY_UDP_PORT[port] ?? []) : (BY_PORT[port] ?? [EVERY_PORT]);
  return hosts.map((host) => ({ host, port }));
}
