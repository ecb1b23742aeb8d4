import { captureFilter, seenComment, sourcesOr } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * Sophos Firewall has no firewall rules on its command line: the fields of its web admin console, and the console's
 * tools for the packet. Its rule names the zone after NAT and the address before it.
 * https://docs.sophos.com/nsg/sophos-firewall/21.0/help/en-us/webhelp/onlinehelp/AdministratorHelp/RulesAndPolicies/FirewallRules/ (not opened)
 * https://docs.sophos.com/nsg/sophos-firewall/21.0/help/en-us/webhelp/onlinehelp/CommandLineHelp/DeviceConsole/ (not opened)
 */
export const sophos: FirewallWriter = {
  id: 'sophos',
  product: 'Sophos Firewall',
  rule: (flow) =>
    [
      `# Hosts and services > IP host > Add: Name ic-${flow.address}, IPv${flow.family}, Type IP, ${flow.address}`,
      `# Hosts and services > Services > Add: Name ic-${flow.protocol}-${flow.port}, TCP/UDP, ${flow.protocol.toUpperCase()}, source port 1:65535, destination port ${flow.port}`,
      `# Rules and policies > Firewall rules > IPv${flow.family} > Add firewall rule > New firewall rule:`,
      `#   Rule name ${flow.name}, Rule position Top, Action ${flow.action === 'allow' ? 'Accept' : 'Drop'}, Log firewall traffic on`,
      `#   Source zones WAN, Source networks and devices ${sourcesOr(flow, 'Any').join(', ')}`,
      `#   Destination zones: the zone of the server (DMZ, LAN), Destination networks ic-${flow.address}, Services ic-${flow.protocol}-${flow.port}`,
      '# Behind NAT: the DNAT rule (Rules and policies > NAT rules) must be there as well.',
    ].join('\n'),
  find: (flow) =>
    [
      '# Device console (menu 4); what is dropped, then all that comes:',
      `drop-packet-capture '${captureFilter(flow)}'`,
      `tcpdump '${captureFilter(flow)}'`,
      ...seenComment(flow),
    ].join('\n'),
};
