import { type CheckedFlow, seenComment, sourceText } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

/**
 * PAN-OS configure-mode commands. A security rule names the address before NAT and the zone after it; zone names
 * are placeholders, as every site has its own. No `commit` here: it would also activate changes that others have pending.
 * https://docs.paloaltonetworks.com/pan-os/11-1/pan-os-admin/networking/nat/nat-policy-rules/nat-policy-overview (not opened)
 * https://docs.paloaltonetworks.com/pan-os/11-1/pan-os-cli-quick-start/cli-cheat-sheets/cli-cheat-sheet-networking (not opened)
 */
function rule(flow: CheckedFlow): string {
  const service = `ic-${flow.protocol}-${flow.port}`;
  const sources = flow.sources.length === 0 ? 'any' : `[ ${flow.sources.map(sourceText).join(' ')} ]`;
  const action = flow.action === 'allow' ? 'allow' : 'drop';
  const start = `set rulebase security rules ${flow.name}`;
  return [
    'configure',
    `set service ${service} protocol ${flow.protocol} port ${flow.port}`,
    `${start} description "Zones are yours to set: to is the zone of the server after NAT, destination its address before NAT"`,
    `${start} from untrust to dmz source ${sources} destination ${flow.address} application any service ${service} action ${action} log-end yes`,
    `move rulebase security rules ${flow.name} top`,
    ...(flow.action === 'allow'
      ? [
          '# Add your security profiles, as the neighbouring rules have them:',
          `# ${start} profile-setting group YOUR-PROFILE-GROUP`,
        ]
      : []),
    '# Look at the candidate configuration (show config diff) and commit it as your change process asks.',
  ].join('\n');
}

/** IANA's numbers of the protocols. */
const NUMBER = { tcp: 6, udp: 17 } as const;

export const panOs: FirewallWriter = {
  id: 'pan-os',
  product: 'PAN-OS',
  rule,
  find: (flow) =>
    [
      `test security-policy-match from untrust to dmz source ${flow.seen.source ?? 'SOURCE'} destination ${flow.address} protocol ${NUMBER[flow.protocol]} destination-port ${flow.port}`,
      `# Monitor > Logs > Traffic: ( addr.dst in ${flow.address} ) and ( port.dst eq ${flow.port} )${flow.seen.source === undefined ? '' : ` and ( addr.src in ${flow.seen.source} )`}`,
      ...seenComment(flow),
    ].join('\n'),
};
