/** The vantages of a fleet, as they follow from what was configured. */
import * as z from 'zod';
import { FleetVantage } from '../../model/fleet-vantage.ts';

/**
 * All that has to be known of a fleet's vantages, in few bytes: it is in the environment of functions, which Lambda
 * bounds to 4 KB for all variables together.
 */
export const FleetPlan = z.strictObject({
  name: z.string().min(1),
  /** Regions with a prober outside a VPC. */
  anywhere: z.array(z.string().min(1)),
  /** Regions with a prober in a VPC that has IPv6 alone, beside the one outside. */
  six: z.array(z.string().min(1)).optional(),
  /** Regions with a prober that has a fixed address. */
  fixed: z.array(
    z.strictObject({
      region: z.string().min(1),
      address: z.string().optional(),
      ehloName: z.string().optional(),
      /** Judges IPv6, too. */
      six: z.literal(true).optional(),
    }),
  ),
  /** Probers outside a VPC in other accounts. */
  elsewhere: z
    .array(
      z.strictObject({
        region: z.string().min(1),
        /** What its vantage is called, after the region. */
        name: z.string().min(1),
        account: z.string().min(1),
        externalId: z.string().min(1).optional(),
      }),
    )
    .optional(),
});
export type FleetPlan = z.infer<typeof FleetPlan>;

/** The role in another account that may invoke the prober of this vantage, and nothing else. */
export const invokeRoleName = (fleet: string, vantage: string): string => `${fleet}-invoke-${vantage}`;

/** In the order of the plan: those outside a VPC, with IPv6 alone, those with a fixed address, those in other accounts. */
export function vantagesOf({
  name,
  anywhere,
  six: ipv6 = [],
  fixed,
  elsewhere = [],
}: FleetPlan): FleetVantage[] {
  const functionName = (id: string): string => `${name}-prober-${id}`;
  return [
    ...anywhere.map((region) =>
      FleetVantage.parse({ id: region, region, functionName: functionName(region), kind: 'lambda' }),
    ),
    ...ipv6.map((region) => {
      const id = `${region}-ipv6`;
      return FleetVantage.parse({
        id,
        region,
        functionName: functionName(id),
        kind: 'lambda-vpc',
        families: [6],
      });
    }),
    ...fixed.map(({ region, address, ehloName, six }) => {
      const id = `${region}-smtp`;
      return FleetVantage.parse({
        id,
        region,
        functionName: functionName(id),
        kind: 'lambda-vpc',
        smtp: true,
        // Until AWS says that it lets port 25 out over IPv6, a silence there could never be judged.
        families: six ? [4, 6] : [4],
        ...(address !== undefined && { sourceAddress: address }),
        ...(ehloName !== undefined && { ehloName }),
      });
    }),
    ...elsewhere.map(({ region, name: called, account, externalId }) => {
      const id = `${region}-${called}`;
      return FleetVantage.parse({
        id,
        region,
        functionName: functionName(id),
        kind: 'lambda',
        invokeAs: {
          role: `arn:aws:iam::${account}:role/${invokeRoleName(name, id)}`,
          ...(externalId !== undefined && { externalId }),
        },
      });
    }),
  ];
}
