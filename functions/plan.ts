import { fleetOf, runBucket, stateTable } from '../lib/adapters/aws/environment.ts';
import { createDynamoRegistry } from '../lib/adapters/aws/registry.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createPlanner } from '../lib/fleet/plan.ts';

/** State `AuthoriseAndPlan`. */
export const handler = createPlanner({
  fleet: fleetOf(),
  registry: createDynamoRegistry(stateTable()),
  store: createS3RunStore(runBucket()),
  telemetry: createTelemetry({ service: 'plan' }),
});
