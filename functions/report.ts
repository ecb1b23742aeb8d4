import { runBucket, variable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { kmsSeal } from '../lib/aws/kms-signer.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createReporter } from '../lib/service/runs/report.ts';

/** State `MakeReport`. */
export const handler = createReporter({
  store: createS3RunStore(runBucket()),
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  telemetry: createTelemetry({ service: 'report' }),
  now: Date.now,
  seal: kmsSeal(variable('SIGNING_KEY')),
});
