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

/** Listens on every TCP port, over IPv4 alone (portquiz.net says so of itself). */
const EVERY_PORT = 'portquiz.net';

/** UDP 123; TCP 123 is left to the host that listens on every port. */
const NTP: ControlHost = { host: 'time.cloudflare.com', port: 123 };

/** Candidates in the order in which they are tried; the first that answers proves the port. Empty: none known. */
export function defaultControls(port: number, transport: 'tcp' | 'udp'): readonly ControlHost[] {
  if (transport === 'udp') return port === NTP.port ? [NTP] : [];
  return (BY_PORT[port] ?? [EVERY_PORT]).map((host) => ({ host, port }));
}
