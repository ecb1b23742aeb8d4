/**
 * The fleet's vantages and the names of their probers. A prober's name follows from the configuration alone, so that
 * the control stack needs no export of a probe stack: no custom resource carries values between regions, and a
 * region can be removed while the others stand.
 */
import { type FleetPlan, vantagesOf } from '../fleet/vantages.ts';
import type { FleetVantage } from '../model/fleet.ts';
import type { FleetConfiguration, SmtpVantage } from './configuration.ts';

/** A vantage as its region's stack builds it. */
export interface PlannedVantage {
  readonly facts: FleetVantage;
  /** With a fixed address, and how to get it. */
  readonly smtp?: SmtpVantage;
}

/**
 * Lambda's limit for all environment variables of a function together is 4 KB, and the API's function has up to 1,700
 * bytes beside the fleet.
 */
export const MAX_FLEET_BYTES = 2_300;

const planOf = ({ fleetName, vantageRegions, smtpVantages }: FleetConfiguration): FleetPlan => ({
  name: fleetName,
  anywhere: [...vantageRegions],
  fixed: smtpVantages.map(({ region, address, ehloName }) => ({
    region,
    ...(address !== undefined && { address }),
    ...(ehloName !== undefined && { ehloName }),
  })),
});

/** All vantages, in the order of the configuration: those outside a VPC, then those with a fixed address. */
export function plannedVantages(configuration: FleetConfiguration): PlannedVantage[] {
  return vantagesOf(planOf(configuration)).map((facts) => {
    const smtp = facts.smtp
      ? configuration.smtpVantages.find(({ region }) => region === facts.region)
      : undefined;
    return { facts, ...(smtp !== undefined && { smtp }) };
  });
}

/** The `FLEET` variable of plan and API. Throws when it would not fit, as with very long names for all SMTP vantages. */
export function fleetVariable(configuration: FleetConfiguration): string {
  const text = JSON.stringify(planOf(configuration));
  if (Buffer.byteLength(text) > MAX_FLEET_BYTES)
    throw new Error(
      'the vantages do not fit into an environment variable: use fewer smtpVantages or shorter names',
    );
  return text;
}
