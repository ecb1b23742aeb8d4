import type { Endpoint } from '../model/endpoint.ts';

/** Whoever gets a packet, or is named to a mail server as the recipient's domain. Lower case. */
export function contactedBy({
  host,
  dnsServer,
  assertions,
}: Pick<Endpoint, 'host' | 'dnsServer' | 'assertions'>): string[] {
  const domain = assertions?.recipient?.split('@').at(-1);
  return [
    host,
    ...(dnsServer === undefined ? [] : [dnsServer.replace(/^\[?(.*?)\]?:\d+$/, '$1')]),
    ...(domain === undefined ? [] : [domain]),
  ].map((name) => name.toLowerCase());
}
