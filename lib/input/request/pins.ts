import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { ControlSpec, ResolvePin } from '../../model/request.ts';
import { hostPort } from '../../net/host-port.ts';

/** Where a redirect of a web server may lead on the same name. */
const WEB_PORTS: ReadonlySet<number> = new Set([80, 443]);

/** The port at which the exchanges of an asserted mail domain accept mail; their names come from DNS. */
const SMTP_PORT = 25;

const bare = (host: string): string => host.replace(/^www\./, '');

/**
 * The first pin that will not be used. One fits an endpoint of its host and port, a control, the exchange of an
 * asserted mail domain, or the usual next step of a web endpoint's redirect: port 80 or 443 of the same name, with or
 * without `www.` before it.
 */
export function unfittingPin(
  pins: readonly ResolvePin[],
  controls: readonly ControlSpec[],
  endpoints: Iterable<Endpoint>,
): ResolvePin | undefined {
  if (pins.length === 0) return undefined;
  const asked = new Set(controls.map(({ host, hostPort: port }) => hostPort(host, port)));
  const web = new Set<string>();
  let mail = false;
  for (const { kind, host, port, assertions } of endpoints) {
    const { dialsHost, findsPeers, uri } = descriptorOf(kind);
    if (findsPeers) {
      mail = true;
      asked.add(hostPort(`mta-sts.${host}`, 443));
    }
    if (!dialsHost) continue;
    asked.add(hostPort(host, port));
    if (uri === 'path') web.add(bare(host));
    if (assertions?.mxDomain !== undefined) mail = true;
  }
  return pins.find(
    ({ host, port }) =>
      !asked.has(hostPort(host, port)) &&
      !(WEB_PORTS.has(port) && web.has(bare(host))) &&
      !(mail && port === SMTP_PORT),
  );
}

/** The pin as it was written. */
export const pinText = ({ host, port, address }: ResolvePin): string => `${hostPort(host, port)}:${address}`;
