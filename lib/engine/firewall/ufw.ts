import { captureFilter, seenComment, sourcesOr } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/** ufw(8), "RULE SYNTAX" and "ROUTING"; tried against ufw itself in test/system. */
export const ufw: FirewallWriter = {
  id: 'ufw',
  product: 'ufw',
  rule: (flow) =>
    [
      '# On the server itself; behind NAT its own address, or "any", in place of the public one:',
      ...sourcesOr(flow, 'any').map(
        (source) =>
          `ufw prepend ${flow.action} in proto ${flow.protocol} from ${source} to ${flow.address} port ${flow.port} comment '${flow.name}'`,
      ),
      '# On a router in front of it, with the address after NAT:',
      ...sourcesOr(flow, 'any').map(
        (source) =>
          `ufw route prepend ${flow.action} proto ${flow.protocol} from ${source} to ${flow.address} port ${flow.port} comment '${flow.name}'`,
      ),
    ].join('\n'),
  find: (flow) =>
    [
      `tcpdump -ni any '${captureFilter(flow)}'`,
      `journalctl -k --since -1h | grep -E 'UFW (BLOCK|AUDIT).* DPT=${flow.port} '`,
      ...seenComment(flow),
    ].join('\n'),
};
