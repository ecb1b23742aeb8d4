/**
 * Who has which address in the laboratory. All of it is private (RFC 1918, RFC 4193) and is in namespaces that have
 * no way out: nothing here can reach, or be mistaken for, the internet.
 */

/** Where a case is probed from. */
export type VantageId = 'v1' | 'v2' | 'v3' | 'v4' | 'v5' | 'no-ipv6' | 'no-port-25' | 'captive';

export interface VantagePlan {
  readonly id: VantageId;
  readonly v4: string;
  /** Absent: the vantage has no IPv6 at all. */
  readonly v6?: string;
  readonly gateway4: string;
  readonly gateway6: string;
}

/** What its provider does to a vantage, by its id; `v1` to `v5` are left alone. */
const IDS: readonly VantageId[] = ['v1', 'v2', 'v3', 'v4', 'v5', 'no-ipv6', 'no-port-25', 'captive'];

/** A vantage's network is 10.77.N.0/24 and fd77:0:0:N::/64, its own address ends in 2. */
export const VANTAGES: readonly VantagePlan[] = IDS.map((id, index) => {
  const network = index + 1;
  return {
    id,
    v4: `10.77.${network}.2`,
    gateway4: `10.77.${network}.1`,
    gateway6: `fd77:0:0:${network}::1`,
    ...(id !== 'no-ipv6' && { v6: `fd77:0:0:${network}::2` }),
  };
});

/** Two resolvers, as the second opinion needs another server. */
export const RESOLVERS = ['10.77.53.2', '10.77.53.3'] as const;
/** Drops everything: for resolvers and controls that are down. */
export const DEAD_ADDRESS = '10.77.254.2';
/** No host has it; the negative control dials it. */
export const NEGATIVE_ADDRESS = '10.77.254.1';
/** Answers on every TCP port: with a banner on 25, with silence elsewhere, and as a time server on UDP 123. */
export const CONTROL = { v4: '10.77.54.2', v6: 'fd77:0:0:54::2', host: 'control.lab.test' } as const;
/** In the customer's inner network, where no host has it: routers ask for its MAC address without an answer. */
export const NOBODY = { v4: '10.77.62.9', v6: 'fd77:0:0:62::9' } as const;
/** Behind the customer's firewall: all that cases may have. */
export const CUSTOMER = { v4: '10.77.128.0/17', v6: 'fd77:0:0:128::/64' } as const;
/** Zone of all names. */
export const ZONE = 'lab.test';

/** The nth address of the customer, from 0; neither .0 nor .255 is used. */
export function customerAddress4(n: number): string {
  const perNetwork = 250;
  const network = 128 + Math.floor(n / perNetwork);
  if (network > 255) throw new Error(`the customer has no address ${n}`);
  return `10.77.${network}.${1 + (n % perNetwork)}`;
}

export const customerAddress6 = (n: number): string => `fd77:0:0:128::${(n + 1).toString(16)}`;
