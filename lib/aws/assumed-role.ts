import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { FleetVantage } from '../model/fleet-vantage.ts';
import { clientSettings } from './client-settings.ts';

type InvokeAs = NonNullable<FleetVantage['invokeAs']>;
export type AssumeRole = (invokeAs: InvokeAs) => ReturnType<typeof fromTemporaryCredentials>;

/** In the trail of the other account the calls stand under this name. */
const SESSION = 'inbound-check-dispatcher';

/**
 * Credentials of the roles in other accounts by which their probers are invoked.
 *
 * @param region whose STS is asked: the fleet's own, since another account may have regions that this one has not
 */
export const createAssumeRole =
  (region: string): AssumeRole =>
  ({ role, externalId }) =>
    fromTemporaryCredentials({
      params: {
        RoleArn: role,
        RoleSessionName: SESSION,
        ...(externalId !== undefined && { ExternalId: externalId }),
      },
      clientConfig: { ...clientSettings, region },
    });
