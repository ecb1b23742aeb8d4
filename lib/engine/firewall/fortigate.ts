import { type CheckedFlow, captureFilter, netmask, type Source, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

const addressObject = (name: string, source: Source, family: 4 | 6): string[] => [
  `    edit "${name}"`,
  family === 4
    ? `        set subnet ${source.address} ${netmask(source.prefix)}`
    : `        set ip6 ${source.address}/${source.prefix}`,
  '    next',
];

/** FortiOS limits the name of a policy to 35 characters; an address object's to 79. */
const policyName = (flow: CheckedFlow): string => {
  if (flow.name.length <= 35) return flow.name;
  const head = `ic-${flow.action}-${flow.protocol}-${flow.port}`;
  return `${head}-${flow.name.slice(-(35 - head.length - 1)).replace(/^-+/, '')}`;
};

/**
 * FortiOS 6.4 and later (one policy table for IPv4 and IPv6). A server behind NAT is reached through a VIP: an accept
 * policy must name the VIP as destination; a deny policy matches it only with match-vip.
 * https://community.fortinet.com/fortigate-3/technical-tip-deny-policy-for-virtual-ip-firewall-policy-94794 (2026-11-30)
 */
function rule(flow: CheckedFlow): string {
  const six = flow.family === 6 ? '6' : '';
  const service = `ic-${flow.protocol}-${flow.port}`;
  const destination = `ic-${flow.address}`;
  const sourceNames = flow.sources.map((source) => `ic-src-${sourceText(source)}`);
  const deny = flow.action === 'deny';
  return [
    'config firewall service custom',
    `    edit "${service}"`,
    `        set ${flow.protocol}-portrange ${flow.port}`,
    '    next',
    'end',
    `config firewall address${six}`,
    ...addressObject(
      destination,
      { address: flow.address, prefix: flow.family === 4 ? 32 : 128 },
      flow.family,
    ),
    ...flow.sources.flatMap((source, index) => addressObject(sourceNames[index] ?? '', source, flow.family)),
    'end',
    'config firewall policy',
    '    edit 0',
    `        set name "${policyName(flow)}"`,
    '        set srcintf "wan1"',
    `        set dstintf "${deny ? 'any' : 'dmz'}"`,
    `        set srcaddr${six} ${sourceNames.length === 0 ? '"all"' : sourceNames.map((name) => `"${name}"`).join(' ')}`,
    `        set dstaddr${six} "${destination}"`,
    `        set action ${deny ? 'deny' : 'accept'}`,
    ...(deny && flow.family === 4 ? ['        set match-vip enable'] : []),
    '        set schedule "always"',
    `        set service "${service}"`,
    '        set logtraffic all',
    '    next',
    'end',
    `# Set srcintf${deny ? '' : ' and dstintf'} to your interfaces, and move the policy above the rule that ${deny ? 'accepts' : 'denies'} now: move <id> before <other id>.`,
    ...(deny
      ? []
      : [
          `# Behind NAT: put the virtual IP (VIP) that translates ${flow.address} in place of "${destination}".`,
        ]),
  ].join('\n');
}

export const fortigate: FirewallWriter = {
  id: 'fortigate',
  product: 'FortiGate',
  rule,
  find: (flow) =>
    [
      `diagnose sniffer packet any '${captureFilter(flow)}' 4 20 a`,
      `diagnose debug flow filter${flow.family === 6 ? '6' : ''} port ${flow.port}`,
      `diagnose debug flow trace start${flow.family === 6 ? '6' : ''} 20`,
      'diagnose debug enable',
      ...seenComment(flow),
    ].join('\n'),
};
