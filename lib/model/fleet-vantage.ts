import * as z from 'zod';
import { VantageKind, VantagePosition } from './position.ts';
import { Family } from './vocabulary.ts';

/**
 * A deployed prober; or, as `local`, the machine of a station, which is no place of the internet but its owner's network;
 * or, as `site`, a machine that has joined and asks for its work.
 * `lambda-vpc`: fixed source address, port 25 open once AWS has lifted the restriction; or, with
 * `families` of 6 alone, addresses of one /64.
 */
export const FleetVantage = z.strictObject({
  id: z.string(),
  region: z.string(),
  /** Function name or ARN of the prober. */
  functionName: z.string(),
  kind: VantageKind,
  /** Absent: see `positionOf`. */
  position: VantagePosition.optional(),
  /** Elastic IP of the NAT gateway, for allow-lists. */
  sourceAddress: z.string().optional(),
  /** May be asked to probe ports that AWS blocks by default (25). */
  smtp: z.boolean().default(false),
  /** Address families with which its network reaches the internet. Absent: IPv4 alone, as a function outside a VPC has it. */
  families: z.array(Family).min(1).optional(),
  /** Of a prober in another account than the fleet's: what is assumed there to invoke it. */
  invokeAs: z.strictObject({ role: z.string().min(1), externalId: z.string().min(1).optional() }).optional(),
  /** Name in EHLO, whose A and PTR are `sourceAddress`; mail servers ask for both. Absent: `[sourceAddress]`. */
  ehloName: z.string().optional(),
});
export type FleetVantage = z.infer<typeof FleetVantage>;
