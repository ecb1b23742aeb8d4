/** The vantages of a fleet, as they follow from what was configured. */
import * as z from 'zod';
import { FleetVantage } from '../model/fleet.ts';

/**
 * All that has to be known of a fleet's vantages, in few bytes: it stands in the environment of functions, which Lambda
 * bounds to 4 KB for all variables together.
 */
export const FleetPlan = z.strictObject({
  name: z.string().min(1),
  /** Regions with a prober outside a VPC. */
  anywhere: z.array(z.string().min(1)),
  /** Regions with a prober that has a fixed address. */
  fixed: z.array(
    z.strictObject({
      region: z.string().min(1),
      address: z.string().optional(),
      ehloName: z.string().optional(),
    }),
  ),
});
export type FleetPlan = z.infer<typeof FleetPlan>;

/** In the order of the plan: those outside a VPC, then those with a fixed address. */
export function vantagesOf({ name, anywhere, fixed }: FleetPlan): FleetVantage[] {
  const functionName = (id: string): string => `${name}-prober-${id}`;
  return [
    ...anywhere.map((region) =>
      FleetVantage.parse({ id: region, region, functionName: functionName(region), kind: 'lambda' }),
    ),
    ...fixed.map(({ region, address, ehloName }) => {
      const id = `${region}-smtp`;
      return FleetVantage.parse({
        id,
        region,
        functionName: functionName(id),
        kind: 'lambda-vpc',
        smtp: true,
        families: [4, 6],
        ...(address !== undefined && { sourceAddress: address }),
        ...(ehloName !== undefined && { ehloName }),
      });
    }),
  ];
}
