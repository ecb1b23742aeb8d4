import { type CheckedFlow, captureFilter, seenComment, sourceCidr, sourceCidrs } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * pfSense's shell, `easyrule`: pass takes protocol, source, destination and port; its block takes only a source, which
 * closes more than one port, so a port is closed in the web interface.
 * https://docs.netgate.com/pfsense/en/latest/firewall/adding-rules-with-easyrule.html (2026-11-30)
 * Rules see the address after port forwarding, as NAT is applied before them on the way in:
 * https://docs.netgate.com/pfsense/en/latest/nat/process-order.html (not opened)
 */
function rule(flow: CheckedFlow): string {
  const nat = `# Behind a port forward: the server's inside address in place of ${flow.address}, as NAT comes first.`;
  if (flow.action === 'deny')
    return [
      '# Firewall > Rules > WAN > Add, above the rule that passes it now (a port forward brings one of its own):',
      `# Action Block, Address Family IPv${flow.family}, Protocol ${flow.protocol.toUpperCase()}, Source ${flow.sources.length === 0 ? 'any' : flow.sources.map(sourceCidr).join(', ')},`,
      `# Destination ${flow.address}, Destination Port ${flow.port}, then Save and Apply Changes.`,
      nat,
    ].join('\n');
  return [
    ...sourceCidrs(flow).map(
      (source) => `easyrule pass wan ${flow.protocol} ${source} ${flow.address} ${flow.port}`,
    ),
    nat,
    '# OPNsense: Firewall > Rules > WAN, the same fields; it has no easyrule.',
  ].join('\n');
}

export const pfsense: FirewallWriter = {
  id: 'pfsense',
  product: 'pfSense, OPNsense',
  rule,
  find: (flow) =>
    [
      '# The outside interface in place of em0; the log says which rule decided:',
      `tcpdump -ni em0 '${captureFilter(flow)}'`,
      `tcpdump -neti pflog0 '${captureFilter(flow)}'`,
      ...seenComment(flow),
    ].join('\n'),
};
