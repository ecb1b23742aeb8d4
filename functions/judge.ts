import { runBucket } from '../lib/aws/environment.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createJudge } from '../lib/service/runs/judge.ts';

/** State `DiagnoseAndJudge`. */
export const handler = createJudge({
  store: createS3RunStore(runBucket()),
  telemetry: createTelemetry({ service: 'judge' }),
});
