import type { Endpoint } from '../../model/endpoint.ts';
import { dnsServerAddress } from '../../net/dns-server.ts';

/** Hosts that get a packet, or are named to a mail server as the recipient's domain. Lower case. */
export function contactedBy({
  host,
  dnsServer,
  assertions,
}: Pick<Endpoint, 'host' | 'dnsServer' | 'assertions'>): string[] {
  const domain = assertions?.recipient?.split('@').at(-1);
  return [
    host,
    ...(dnsServer === undefined ? [] : [dnsServerAddress(dnsServer)]),
    ...(domain === undefined ? [] : [domain]),
  ].map((name) => name.toLowerCase());
}
