/**
 * The fleet's vantages and the names of their probers. A prober's name follows from the configuration alone, so that
 * the control stack needs no export of a probe stack: no custom resource carries values between regions, and a
 * region can be removed while the others stay.
 */

import type { FleetVantage } from '../model/fleet-vantage.ts';
import { hasIpv6Alone } from '../service/runs/asked.ts';
import { type FleetPlan, vantagesOf } from '../service/runs/vantages.ts';
import type { AccountVantage, FleetConfiguration, Ipv6Vantage, SmtpVantage } from './configuration.ts';

/** A vantage as its region's stack builds it. */
export interface PlannedVantage {
  readonly facts: FleetVantage;
  /** With a fixed address, and how to get it. */
  readonly smtp?: SmtpVantage;
  /** In another account, with a stack of its own there. */
  readonly elsewhere?: AccountVantage;
  /** With IPv6 alone. */
  readonly ipv6?: Ipv6Vantage;
}

/**
 * Lambda's limit for all environment variables of a function together is 4 KB, and the API's function has up to 1,700
 * bytes in addition to the fleet.
 */
export const MAX_FLEET_BYTES = 2_300;

const planOf = ({
  fleetName,
  vantageRegions,
  ipv6Vantages,
  smtpVantages,
  accountVantages,
}: FleetConfiguration): FleetPlan => ({
  name: fleetName,
  anywhere: [...vantageRegions],
  ...(ipv6Vantages.length > 0 && { six: ipv6Vantages.map(({ region }) => region) }),
  fixed: smtpVantages.map(({ region, address, ehloName, ipv6 }) => ({
    region,
    ...(address !== undefined && { address }),
    ...(ehloName !== undefined && { ehloName }),
    ...(ipv6 === true && { six: true as const }),
  })),
  ...(accountVantages.length > 0 && { elsewhere: accountVantages }),
});

/** All vantages, in the order of the configuration: outside a VPC, with IPv6 alone, with a fixed address, in other accounts. */
export function plannedVantages(configuration: FleetConfiguration): PlannedVantage[] {
  return vantagesOf(planOf(configuration)).map((facts) => {
    const smtp = facts.smtp
      ? configuration.smtpVantages.find(({ region }) => region === facts.region)
      : undefined;
    const elsewhere =
      facts.invokeAs &&
      configuration.accountVantages.find(({ region, name }) => facts.id === `${region}-${name}`);
    const ipv6 = hasIpv6Alone(facts)
      ? configuration.ipv6Vantages.find(({ region }) => region === facts.region)
      : undefined;
    return { facts, ...(smtp && { smtp }), ...(ipv6 && { ipv6 }), ...(elsewhere && { elsewhere }) };
  });
}

/** The dispatcher's role has a name when roles of other accounts trust it, which are made before it. */
export const dispatcherRoleName = ({ fleetName, homeRegion }: FleetConfiguration): string =>
  `${fleetName}-dispatcher-${homeRegion}`;

/** The `FLEET` variable of plan and API. Throws when it would not fit, as with very long names for all SMTP vantages. */
export function fleetVariable(configuration: FleetConfiguration): string {
  const text = JSON.stringify(planOf(configuration));
  if (Buffer.byteLength(text) > MAX_FLEET_BYTES)
    throw new Error(
      'the vantages do not fit into an environment variable: use fewer smtpVantages and accountVantages, or shorter names',
    );
  return text;
}
