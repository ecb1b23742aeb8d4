import { runBucket, stateTable, variable } from '../lib/adapters/aws/environment.ts';
import { createSfnExecutions } from '../lib/adapters/aws/executions.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { createOwnershipProver } from '../lib/adapters/aws/ownership.ts';
import { createLambdaInvoker } from '../lib/adapters/aws/prober-invoker.ts';
import { createS3StopSwitch } from '../lib/adapters/aws/stop-switch.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createStanding } from '../lib/schedule/standing.ts';
import { createStarter } from '../lib/schedule/start.ts';
import { createTargetStore } from '../lib/targets/target-store.ts';

const items = createDynamoItemStore(stateTable());

/** What EventBridge Scheduler calls when a target is due. */
export const handler = createStarter({
  items,
  stop: createS3StopSwitch(runBucket()),
  standing: createStanding({
    targets: createTargetStore(items),
    prove: createOwnershipProver(
      { functionName: variable('OWNERSHIP_FUNCTION'), region: variable('AWS_REGION') },
      createLambdaInvoker(),
    ),
    now: Date.now,
  }),
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  telemetry: createTelemetry({ service: 'starter' }),
  now: Date.now,
});
