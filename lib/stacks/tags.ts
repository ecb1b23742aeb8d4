/** Tags of all resources: the fleet's name, by which its cost can be told apart, and those of the deployment. */
import { type Stack, Tags } from 'aws-cdk-lib';
import type { FleetConfiguration } from './configuration.ts';

/** Its value is the fleet's name. */
export const FLEET_TAG = 'inbound-check:fleet';

export function addTags(stack: Stack, { fleetName, tags }: FleetConfiguration): void {
  for (const [key, value] of Object.entries({ ...tags, [FLEET_TAG]: fleetName }))
    Tags.of(stack).add(key, value);
}
