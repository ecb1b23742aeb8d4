import { isIPv6 } from 'node:net';
import type { Endpoint } from '../model/endpoint.ts';

type Identity = Pick<Endpoint, 'kind' | 'host' | 'port' | 'path' | 'expect' | 'dnsServer'>;

/** Ends the id of an endpoint that must not be reachable. */
export const CLOSED_SUFFIX = ' (closed)';

/** Host as it stands in a URI: IPv6 literals in brackets (RFC 3986 §3.2.2). */
export const uriHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** `address` or `address:port` (`[v6]:port`) of a DNS server with its port spelled out. */
function dnsAuthority(server: string): string {
  if (isIPv6(server)) return `[${server}]:53`;
  return /:\d+$/.test(server) ? server : `${server}:53`;
}

/**
 * The endpoint's name within a run: its URI, port always spelled out, so that the same thing has the same id whoever
 * wrote it: `https://www.example.com:443/`, `smtp://[2001:db8::1]:25`, `dns://example.com:53`; with a server of its own,
 * `dns://8.8.8.8:53/example.com` (RFC 4501 §3). What must not be reachable ends in ` (closed)`.
 */
export function endpointId(endpoint: Identity): string {
  return `${uri(endpoint)}${endpoint.expect === 'closed' ? CLOSED_SUFFIX : ''}`;
}

function uri({ kind, host, port, path, dnsServer }: Identity): string {
  switch (kind) {
    case 'dns':
      return dnsServer === undefined
        ? `dns://${uriHost(host)}:${port}`
        : `dns://${dnsAuthority(dnsServer)}/${host}`;
    case 'http':
    case 'https':
      return `${kind}://${uriHost(host)}:${port}${path ?? '/'}`;
    case 'tcp':
    case 'tls':
    case 'smtp':
    case 'smtps':
    case 'ssh':
    case 'ntp':
      return `${kind}://${uriHost(host)}:${port}`;
    default:
      return kind satisfies never;
  }
}
