/** What a vantage's own provider does to it: blocks port 25, or answers for everybody. */
import { RESOLVERS, VANTAGES, type VantageId, type VantagePlan } from '../address-plan.ts';
import type { Lab } from '../topology.ts';

const CAPTIVE_PORT = 7777;
const CAPTIVE_HTTP_PORT = 7780;

function plan(id: VantageId): VantagePlan {
  const found = VANTAGES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no vantage ${id}`);
  return found;
}

/**
 * Rules of the router that all vantages hang on. `no-port-25` is a Lambda function outside a VPC: its SYNs to port 25
 * vanish. `captive` is a network whose proxy completes every TCP handshake itself, whatever the address.
 */
export function vantageRuleset(): string {
  return `table inet providers {
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${plan('no-port-25').id}" tcp dport 25 drop
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "${plan('captive').id}" ip daddr { ${RESOLVERS.join(', ')} } accept
    iifname "${plan('captive').id}" tcp dport 80 redirect to :${CAPTIVE_HTTP_PORT}
    iifname "${plan('captive').id}" meta l4proto tcp redirect to :${CAPTIVE_PORT}
  }
}
`;
}

/** The captive network's proxy: a login page on port 80, silence after the handshake on every other port. */
export async function serveCaptivePortal({ internet }: Pick<Lab, 'internet'>): Promise<void> {
  const { gateway4, gateway6 } = plan('captive');
  const page = '<!doctype html><title>Guest network login</title><p>Please sign in.';
  for (const address of [gateway4, gateway6]) {
    await internet.listen(address, CAPTIVE_PORT, (socket) => socket.resume());
    await internet.listen(address, CAPTIVE_HTTP_PORT, (socket) => {
      socket.once('data', () =>
        socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
        ),
      );
    });
  }
}
