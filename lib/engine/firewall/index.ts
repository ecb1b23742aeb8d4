import { awsSecurityGroup } from './aws-security-group.ts';
import { azureNsg } from './azure-nsg.ts';
import { ciscoAsa } from './cisco-asa.ts';
import { firewalld } from './firewalld.ts';
import { checkFlow, type FirewallFlow } from './flow.ts';
import { fortigate } from './fortigate.ts';
import { gcp } from './gcp.ts';
import { iptables } from './iptables.ts';
import { mikrotik } from './mikrotik.ts';
import { nftables } from './nftables.ts';
import { panOs } from './pan-os.ts';
import { pfsense } from './pfsense.ts';
import { sophos } from './sophos.ts';
import { ufw } from './ufw.ts';
import { windowsFirewall } from './windows-firewall.ts';
import type { FirewallWriter } from './writer.ts';

export type { FirewallFlow } from './flow.ts';

export interface FirewallRule {
  readonly product: string;
  /** Lines ready to paste. */
  readonly rule: string;
  /** Lines that find the packet on the device. */
  readonly find: string;
}

/** The most common first: where there is room only for some, the first ones are shown. */
const PRODUCTS: readonly FirewallWriter[] = [
  panOs,
  fortigate,
  ciscoAsa,
  nftables,
  windowsFirewall,
  awsSecurityGroup,
  azureNsg,
  sophos,
  pfsense,
  mikrotik,
  iptables,
  ufw,
  firewalld,
  gcp,
];

/** The product's name in reports; `undefined` for an id that is not known. */
export const firewallProduct = (id: string): string | undefined =>
  PRODUCTS.find((one) => one.id === id)?.product;

/**
 * The rule for one flow in the syntax of each product, ready to paste. Empty when a part of the flow is not a plain
 * address, port or CIDR block: nothing unchecked gets into a line that a person pastes into a shell.
 */
export const firewallRules = (flow: FirewallFlow): FirewallRule[] => {
  const checked = checkFlow(flow);
  return checked === undefined
    ? []
    : PRODUCTS.map(({ product, rule, find }) => ({ product, rule: rule(checked), find: find(checked) }));
};
