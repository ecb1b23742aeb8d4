import type { CheckedFlow } from './flow.ts';
import type { FirewallId } from './ids.ts';

/** What a vendor's file contains: the product's name, its id for `--firewall`, and its commands. */
export interface FirewallWriter {
  readonly id: FirewallId;
  readonly product: string;
  /** Lines ready to paste. */
  readonly rule: (flow: CheckedFlow) => string;
  /** Lines that find the packet, or its trace, on the device. */
  readonly find: (flow: CheckedFlow) => string;
}
