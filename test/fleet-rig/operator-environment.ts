import type { OperatorName } from './http-api.ts';
import type { Rig } from './rig.ts';

/** What the command line needs in its environment to call the fleet's API in the name of an operator. */
export function operatorEnvironment({ api, deployment, operators }: Rig, name: OperatorName) {
  const { accessKeyId, secretAccessKey } = operators[name];
  return {
    INBOUND_CHECK_API: api.url,
    AWS_REGION: deployment.homeRegion,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
