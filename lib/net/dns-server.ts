import { isIP } from 'node:net';

export const DNS_PORT = 53;

/** Where a DNS server is asked. */
export interface DnsServer {
  /** An IP literal, without brackets. */
  readonly address: string;
  readonly port: number;
}

/**
 * Parses the text that names a DNS server: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]` or
 * `[2001:db8::53]:5353`; the port is 53 where none is written. `undefined` for everything else, a host name included:
 * what a guard has to judge is the address that is dialled, so code that asks a guard refuses what can't be read.
 */
export function parseDnsServer(text: string): DnsServer | undefined {
  // First, because the last group of an IPv6 address without brackets looks like a port.
  if (isIP(text) !== 0) return { address: text, port: DNS_PORT };
  const [whole, v6, v4, portText] = /^(?:\[([^\][]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const address = v6 ?? v4 ?? '';
  if (isIP(address) !== (v6 === undefined ? 4 : 6)) return undefined;
  const port = portText === undefined ? DNS_PORT : Number(portText);
  return port >= 1 && port <= 65_535 ? { address, port } : undefined;
}

/** The address alone, for a guard; what can't be read is given back as it is, so that the guard refuses it. */
export const dnsServerAddress = (text: string): string => parseDnsServer(text)?.address ?? text;
