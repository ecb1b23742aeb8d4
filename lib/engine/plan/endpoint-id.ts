import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { parseDnsServer } from '../../net/dns-server.ts';
import { hostPort } from '../../net/host-port.ts';

type EndpointIdentity = Pick<Endpoint, 'kind' | 'host' | 'port' | 'path' | 'expect' | 'dnsServer'>;

/** Ends the id of an endpoint that must not be reachable. */
export const CLOSED_SUFFIX = ' (closed)';

/** The authority of a `dns` URI (RFC 4501 §3): the server with its port spelled out. */
function dnsAuthority(text: string): string {
  const server = parseDnsServer(text);
  return server === undefined ? text : hostPort(server.address, server.port);
}

/**
 * The endpoint's name within a run: its URI, always with the port, so that the same thing has the same id, however it was
 * written: `https://www.example.com:443/`, `smtp://[2001:db8::1]:25`, `dns://example.com:53`; with a named server,
 * `dns://8.8.8.8:53/example.com` (RFC 4501 §3). What must not be reachable ends in ` (closed)`.
 */
export function endpointId(endpoint: EndpointIdentity): string {
  return `${uri(endpoint)}${endpoint.expect === 'closed' ? CLOSED_SUFFIX : ''}`;
}

function uri({ kind, host, port, path, dnsServer }: EndpointIdentity): string {
  const form = descriptorOf(kind).uri;
  switch (form) {
    case 'question':
      return dnsServer === undefined
        ? `${kind}://${hostPort(host, port)}`
        : `${kind}://${dnsAuthority(dnsServer)}/${host}`;
    case 'path':
      return `${kind}://${hostPort(host, port)}${path ?? '/'}`;
    case 'host':
    case 'send':
      return `${kind}://${hostPort(host, port)}`;
    default:
      return form satisfies never;
  }
}
