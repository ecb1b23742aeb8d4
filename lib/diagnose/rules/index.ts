import { awsSecurityGroup } from './aws-security-group.ts';
import { azureNsg } from './azure-nsg.ts';
import { ciscoAsa } from './cisco-asa.ts';
import { type CheckedFlow, checkFlow, type Flow } from './flow.ts';
import { fortigate } from './fortigate.ts';
import { nftables } from './nftables.ts';
import { panOs } from './pan-os.ts';
import { windowsFirewall } from './windows-firewall.ts';

export type { Flow } from './flow.ts';

export interface FirewallRule {
  readonly product: string;
  /** Lines ready to paste. */
  readonly rule: string;
}

const PRODUCTS: readonly { product: string; write: (flow: CheckedFlow) => string }[] = [
  { product: 'PAN-OS', write: panOs },
  { product: 'FortiGate', write: fortigate },
  { product: 'Cisco ASA', write: ciscoAsa },
  { product: 'nftables', write: nftables },
  { product: 'Windows Firewall', write: windowsFirewall },
  { product: 'AWS security group', write: awsSecurityGroup },
  { product: 'Azure NSG', write: azureNsg },
];

/**
 * The rule for one flow in the words of each product, ready to paste. Empty when a part of the flow is not a plain
 * address, port or CIDR block: nothing unchecked gets into a line that somebody pastes into a shell.
 */
export const firewallRules = (flow: Flow): FirewallRule[] => {
  const checked = checkFlow(flow);
  return checked === undefined
    ? []
    : PRODUCTS.map(({ product, write }) => ({ product, rule: write(checked) }));
};
