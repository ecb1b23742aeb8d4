import { runBucket, stateTable, variable } from '../lib/aws/environment.ts';
import { createSfnExecutions } from '../lib/aws/executions.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createOwnershipProver } from '../lib/aws/ownership.ts';
import { createLambdaInvoker } from '../lib/aws/prober-invoker.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createPermissionCheck } from '../lib/service/schedule/permission-check.ts';
import { createStarter } from '../lib/service/schedule/start.ts';
import { createTargetStore } from '../lib/service/state/targets.ts';

const items = createDynamoItemStore(stateTable());

/** What EventBridge Scheduler calls when a target is due. */
export const handler = createStarter({
  items,
  stop: createS3StopSwitch(runBucket()),
  standing: createPermissionCheck({
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
