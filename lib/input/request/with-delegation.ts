/** `--delegation`: a look-up of each host, whose name servers are all asked. Pure. */
import { endpointId } from '../../engine/plan/endpoint-id.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { DNS_PORT } from '../../net/dns-server.ts';
import { isIP } from '../../net/ip.ts';

/** The endpoints, and behind them one look-up for each host that has none yet. An address has no name servers. */
export function* withDelegation(endpoints: Iterable<Endpoint>): Generator<Endpoint> {
  const looked = new Set<string>();
  const targets = new Map<string, string>();
  for (const endpoint of endpoints) {
    yield endpoint;
    const { host, id, target } = endpoint;
    looked.add(id);
    if (isIP(host) === 0 && !targets.has(host)) targets.set(host, target);
  }
  for (const [host, target] of targets) {
    const parts = { kind: 'dns', host, port: DNS_PORT, expect: 'open', level: 'required', target } as const;
    const id = endpointId(parts);
    if (!looked.has(id)) yield { id, ...parts };
  }
}
