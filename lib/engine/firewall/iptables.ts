import { type CheckedFlow, captureFilter, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

const lines = (flow: CheckedFlow, chain: 'INPUT' | 'FORWARD'): string => {
  const tool = flow.family === 4 ? 'iptables' : 'ip6tables';
  const source = flow.sources.length === 0 ? '' : `-s ${flow.sources.map(sourceText).join(',')} `;
  const target = flow.action === 'allow' ? 'ACCEPT' : 'DROP';
  return `${tool} -I ${chain} 1 ${source}-d ${flow.address} -p ${flow.protocol} -m ${flow.protocol} --dport ${flow.port} -m comment --comment ${flow.name} -j ${target}`;
};

/** iptables(8) and ip6tables(8), iptables-extensions(8); tried against iptables itself in test/system. */
export const iptables: FirewallWriter = {
  id: 'iptables',
  product: 'iptables',
  rule: (flow) =>
    [
      '# On the server itself:',
      lines(flow, 'INPUT'),
      '# On a router in front of it:',
      lines(flow, 'FORWARD'),
      `# Behind destination NAT: the address after translation ("iptables -t nat -S PREROUTING") in place of ${flow.address}.`,
      '# Then save it, or it is lost after a restart: netfilter-persistent save (Debian), service iptables save (RHEL).',
    ].join('\n'),
  find: (flow) =>
    [
      `tcpdump -ni any '${captureFilter(flow)}'`,
      `${flow.family === 4 ? 'iptables' : 'ip6tables'} -vnL --line-numbers | grep -w ${flow.port}`,
      ...seenComment(flow),
    ].join('\n'),
};
