import { runBucket, stateTable } from '../lib/adapters/aws/environment.ts';
import { createDynamoRegistry } from '../lib/adapters/aws/registry.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createPublisher } from '../lib/fleet/publish.ts';

/** State `Publish`. */
export const handler = createPublisher({
  registry: createDynamoRegistry(stateTable()),
  store: createS3RunStore(runBucket()),
  telemetry: createTelemetry({ service: 'publish' }),
});
