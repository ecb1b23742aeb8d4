/** Where a vantage stands towards the targets, as the operator says. */
import * as z from 'zod';

/**
 * `internet`: as anybody's machine. `allow-listed`: on the internet, at an address that the customers' firewalls let in.
 * `inside`: behind the customer's firewall.
 */
export const VantagePosition = z.enum(['internet', 'allow-listed', 'inside']);
export type VantagePosition = z.infer<typeof VantagePosition>;

/** What kinds of vantages there are: this machine, a function of a fleet, or a site vantage, which has joined. */
export const VantageKind = z.enum(['local', 'lambda', 'lambda-vpc', 'site']);

/**
 * The position that counts. `undefined`: this machine, of which nobody has said where it is: it speaks for itself alone, and
 * where there is a vantage on the internet it says nothing about that.
 */
export const positionOf = ({
  kind,
  position,
}: {
  readonly kind: string;
  readonly position?: VantagePosition | undefined;
}): VantagePosition | undefined =>
  position ?? (kind === 'lambda' || kind === 'lambda-vpc' ? 'internet' : undefined);
