import { type CheckedFlow, captureFilter, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

const rich = (flow: CheckedFlow, source: string | undefined): string => {
  const from = source === undefined ? '' : ` source address="${source}"`;
  return `rule priority="-100" family="ipv${flow.family}"${from} destination address="${flow.address}" port port="${flow.port}" protocol="${flow.protocol}" ${flow.action === 'allow' ? 'accept' : 'drop'}`;
};

/**
 * firewall-cmd(1) and firewalld.richlanguage(5); tried against firewall-offline-cmd in test/system. A negative priority
 * goes before the zone's other rules.
 */
export const firewalld: FirewallWriter = {
  id: 'firewalld',
  product: 'firewalld',
  rule: (flow) => {
    const sources = flow.sources.length === 0 ? [undefined] : flow.sources.map(sourceText);
    return [
      '# public: the zone of the outside interface ("firewall-cmd --get-active-zones" names it).',
      `# Behind NAT: the server's own address in place of ${flow.address}. For what a router forwards: a policy, see firewalld.policies(5).`,
      ...sources.map(
        (source) => `firewall-cmd --permanent --zone=public --add-rich-rule='${rich(flow, source)}'`,
      ),
      'firewall-cmd --reload',
    ].join('\n');
  },
  find: (flow) =>
    [
      `tcpdump -ni any '${captureFilter(flow)}'`,
      `firewall-cmd --set-log-denied=all && journalctl -kf | grep -E 'DPT=${flow.port} '`,
      ...seenComment(flow),
    ].join('\n'),
};
