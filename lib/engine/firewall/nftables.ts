import { type CheckedFlow, captureFilter, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

function line(flow: CheckedFlow, chain: 'input' | 'forward'): string {
  const family = flow.family === 4 ? 'ip' : 'ip6';
  const [only, ...more] = flow.sources;
  const saddr =
    only === undefined
      ? ''
      : more.length === 0
        ? `${family} saddr ${sourceText(only)} `
        : `${family} saddr { ${flow.sources.map(sourceText).join(', ')} } `;
  const verdict = flow.action === 'allow' ? 'accept' : 'drop';
  return `nft 'insert rule inet filter ${chain} ${saddr}${family} daddr ${flow.address} ${flow.protocol} dport ${flow.port} counter ${verdict} comment "${flow.name}"'`;
}

/**
 * nft(8), tried against nft itself in test/system. `insert` puts the rule before all others of the chain. An accept in
 * one chain does not help where a later chain of the same hook drops; so the chains are listed first. The
 * hooks input and forward come after destination NAT, because prerouting runs first.
 * https://wiki.nftables.org/wiki-nftables/index.php/Netfilter_hooks (2026-11-30)
 */
export const nftables: FirewallWriter = {
  id: 'nftables',
  product: 'nftables',
  rule: (flow) =>
    [
      '# Which table and chain has which hook ("hook input", "hook forward")? Put their names in place of: inet filter input.',
      "nft list chains | grep -B2 -E 'hook (input|forward)'",
      '# On the server itself:',
      line(flow, 'input'),
      '# On a router in front of it:',
      line(flow, 'forward'),
      `# Behind destination NAT: the address after translation ("nft list ruleset | grep dnat") in place of ${flow.address}.`,
      '# Then put the same rule into /etc/nftables.conf, or it is lost after a restart.',
    ].join('\n'),
  find: (flow) =>
    [
      `tcpdump -ni any '${captureFilter(flow)}'`,
      `nft -a list ruleset | grep '${flow.name}'`,
      ...seenComment(flow),
    ].join('\n'),
};
