import { runBucket } from '../lib/aws/environment.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createEarlyResults } from '../lib/service/runs/early-results.ts';
import { createJudge } from '../lib/service/runs/judge.ts';

const store = createS3RunStore(runBucket());

/** State `DiagnoseAndJudge`. */
export const handler = createJudge({
  store,
  early: createEarlyResults(store),
  telemetry: createTelemetry({ service: 'judge' }),
});
