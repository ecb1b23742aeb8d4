import { runBucket, variable } from '../lib/adapters/aws/environment.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { kmsSeal } from '../lib/adapters/aws/kms-signer.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createReporter } from '../lib/fleet/report.ts';

/** State `MakeReport`. */
export const handler = createReporter({
  store: createS3RunStore(runBucket()),
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  telemetry: createTelemetry({ service: 'report' }),
  now: Date.now,
  seal: kmsSeal(variable('SIGNING_KEY')),
});
