import { type CheckedFlow, sourceText } from './flow.ts';

/**
 * nft(8). `insert` puts the rule before all others of the chain. On a router the chain is `forward`, and the address
 * is the one after destination NAT, because the prerouting hook runs first.
 * https://wiki.nftables.org/wiki-nftables/index.php/Netfilter_hooks
 */
export const nftables = (flow: CheckedFlow): string => {
  const family = flow.family === 4 ? 'ip' : 'ip6';
  const [only, ...more] = flow.sources;
  const saddr =
    only === undefined
      ? ''
      : more.length === 0
        ? `${family} saddr ${sourceText(only)} `
        : `${family} saddr { ${flow.sources.map(sourceText).join(', ')} } `;
  const verdict = flow.action === 'allow' ? 'accept' : 'drop';
  return [
    '# On the server itself: chain input. On a router in front of it: chain forward, and the address after DNAT.',
    `nft 'insert rule inet filter input ${saddr}${family} daddr ${flow.address} ${flow.protocol} dport ${flow.port} counter ${verdict} comment "${flow.name}"'`,
    '# Then put the same rule into /etc/nftables.conf, or it is gone after a restart.',
  ].join('\n');
};
