/** Which vantage is asked about which endpoint. */
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import { dnsServerAddress } from '../../net/dns-server.ts';
import { isIP } from '../../net/ip.ts';
import type { Ipv6Hosts } from './ipv6-hosts.ts';

export type EndpointToAsk = Pick<Endpoint, 'kind' | 'port' | 'host' | 'dnsServer'>;

/** Its network reaches nothing over IPv4. */
export const hasIpv6Alone = ({ families }: Pick<FleetVantage, 'families'>): boolean =>
  families?.every((family) => family === 6) === true;

/** @param server as a request names it */
export const isIpv6Server = (server: string): boolean => isIP(dnsServerAddress(server)) === 6;

/** TCP 25, which AWS lets out only where the restriction was lifted for the source address. */
export const isMailPort = ({ kind, port }: Pick<Endpoint, 'kind' | 'port'>): boolean =>
  port === 25 && descriptorOf(kind).transport === 'tcp';

/** @param ipv6 absent: nobody looked, as where no vantage has IPv6 alone */
function mayUseIpv6({ kind, host, dnsServer }: EndpointToAsk, ipv6: Ipv6Hosts | undefined): boolean {
  // A question that goes to no server by its IPv6 address is asked by the plain vantage of the region, too.
  if (!descriptorOf(kind).dialsHost) return dnsServer !== undefined && isIpv6Server(dnsServer);
  const literal = isIP(host);
  if (literal !== 0) return literal === 6;
  return (
    ipv6 === undefined || ipv6.hosts.includes(host) || ipv6.unknown.some((unknown) => unknown.host === host)
  );
}

/** A probe that is certain not to get out, or to have nothing to judge, is not tried. */
export const isAskedOf = (vantage: FleetVantage, endpoint: EndpointToAsk, ipv6?: Ipv6Hosts): boolean =>
  (vantage.smtp || !isMailPort(endpoint)) && (!hasIpv6Alone(vantage) || mayUseIpv6(endpoint, ipv6));
