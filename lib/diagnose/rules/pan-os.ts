import { type CheckedFlow, sourceText } from './flow.ts';

/**
 * PAN-OS configure-mode commands. A security rule names the address before NAT and the zone after it; zone names
 * are placeholders that every site has its own of.
 * https://docs.paloaltonetworks.com/pan-os/11-1/pan-os-admin/networking/nat/nat-policy-rules/nat-policy-overview
 */
export const panOs = (flow: CheckedFlow): string => {
  const service = `ic-${flow.protocol}-${flow.port}`;
  const sources = flow.sources.length === 0 ? 'any' : `[ ${flow.sources.map(sourceText).join(' ')} ]`;
  const action = flow.action === 'allow' ? 'allow' : 'drop';
  const rule = `set rulebase security rules ${flow.name}`;
  return [
    'configure',
    `set service ${service} protocol ${flow.protocol} port ${flow.port}`,
    `${rule} description "Zones are yours to set: to is the zone of the server after NAT, destination its address before NAT"`,
    `${rule} from untrust to dmz source ${sources} destination ${flow.address} application any service ${service} action ${action} log-end yes`,
    `move rulebase security rules ${flow.name} top`,
    'commit',
  ].join('\n');
};
