import { fleetOf, rateLimits, runBucket, stateTable } from '../lib/adapters/aws/environment.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { createDynamoRegistry } from '../lib/adapters/aws/registry.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/adapters/aws/stop-switch.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createPlanner } from '../lib/fleet/plan.ts';

/** State `AuthoriseAndPlan`. */
export const handler = createPlanner({
  fleet: fleetOf(),
  registry: createDynamoRegistry(stateTable()),
  store: createS3RunStore(runBucket()),
  counts: createDynamoItemStore(stateTable()),
  limits: rateLimits(),
  stop: createS3StopSwitch(runBucket()),
  telemetry: createTelemetry({ service: 'plan' }),
});
