import { runBucket } from '../lib/adapters/aws/environment.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createJudge } from '../lib/fleet/judge.ts';

/** State `DiagnoseAndJudge`. */
export const handler = createJudge({
  store: createS3RunStore(runBucket()),
  telemetry: createTelemetry({ service: 'judge' }),
});
