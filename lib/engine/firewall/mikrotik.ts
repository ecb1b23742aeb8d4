import { type CheckedFlow, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * RouterOS 6 and 7. `place-before=0` counts from what the last `print` showed, so there is a print before it. The chain forward
 * sees the address after dst-nat.
 * https://help.mikrotik.com/docs/spaces/ROS/pages/48660574/Filter (not opened)
 * https://help.mikrotik.com/docs/spaces/ROS/pages/328227/Packet+Flow+in+RouterOS (not opened)
 */
function rule(flow: CheckedFlow): string {
  const menu = flow.family === 4 ? '/ip firewall filter' : '/ipv6 firewall filter';
  const sources =
    flow.sources.length === 0 ? [''] : flow.sources.map((source) => ` src-address=${sourceText(source)}`);
  const action = flow.action === 'allow' ? 'accept' : 'drop';
  return [
    `${menu} print`,
    ...sources.map(
      (source) =>
        `${menu} add chain=forward${source} dst-address=${flow.address} protocol=${flow.protocol} dst-port=${flow.port} action=${action} comment="${flow.name}" place-before=0`,
    ),
    `# Behind dst-nat: the server's inside address in place of ${flow.address}. For the router's own services: chain=input.`,
  ].join('\n');
}

export const mikrotik: FirewallWriter = {
  id: 'mikrotik',
  product: 'MikroTik RouterOS',
  rule,
  find: (flow) =>
    [
      '# The outside interface in place of ether1:',
      `/tool sniffer quick interface=ether1 ip-protocol=${flow.protocol} port=${flow.port}`,
      ...seenComment(flow),
    ].join('\n'),
};
