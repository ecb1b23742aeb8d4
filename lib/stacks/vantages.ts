/**
 * The fleet's vantages and the names of their probers. A prober's name follows from the configuration alone, so that
 * the control stack needs no export of a probe stack: no custom resource carries values between regions, and a
 * region can be removed while the others stand.
 */
import { FleetVantage } from '../model/fleet.ts';
import type { FleetConfiguration, SmtpVantage } from './configuration.ts';

/** A vantage as its region's stack builds it. */
export interface PlannedVantage {
  readonly facts: FleetVantage;
  /** With a fixed address, and how to get it. */
  readonly smtp?: SmtpVantage;
}

/** Lambda's limit for all environment variables of a function together is 4 KB; the fleet is one of them. */
const MAX_FLEET_BYTES = 3_500;

/** All vantages, in the order of the configuration: those outside a VPC, then those with a fixed address. */
export function plannedVantages(configuration: FleetConfiguration): PlannedVantage[] {
  const functionName = (id: string): string => `${configuration.fleetName}-prober-${id}`;
  const anywhere = configuration.vantageRegions.map((region) => ({
    facts: FleetVantage.parse({ id: region, region, functionName: functionName(region), kind: 'lambda' }),
  }));
  const fixed = configuration.smtpVantages.map((smtp) => {
    const id = `${smtp.region}-smtp`;
    return {
      smtp,
      facts: FleetVantage.parse({
        id,
        region: smtp.region,
        functionName: functionName(id),
        kind: 'lambda-vpc',
        smtp: true,
        families: [4, 6],
        ...(smtp.address === undefined ? {} : { sourceAddress: smtp.address }),
        ...(smtp.ehloName === undefined ? {} : { ehloName: smtp.ehloName }),
      }),
    };
  });
  return [...anywhere, ...fixed];
}

/** The `FLEET` variable of the plan. Throws when it would not fit, as with long names for all SMTP vantages. */
export function fleetVariable(vantages: readonly PlannedVantage[]): string {
  const text = JSON.stringify(vantages.map(({ facts }) => facts));
  if (Buffer.byteLength(text) > MAX_FLEET_BYTES)
    throw new Error(`${vantages.length} vantages do not fit into an environment variable; use fewer`);
  return text;
}
