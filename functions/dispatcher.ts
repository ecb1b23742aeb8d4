import { runBucket } from '../lib/adapters/aws/environment.ts';
import { createLambdaInvoker } from '../lib/adapters/aws/prober-invoker.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/adapters/aws/stop-switch.ts';
import { createStopUrl } from '../lib/adapters/aws/stop-url.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createDispatcher } from '../lib/fleet/dispatch.ts';

/** State `Dispatch`: asks one vantage and keeps what it saw. */
export const handler = createDispatcher({
  invoke: createLambdaInvoker(),
  store: createS3RunStore(runBucket()),
  stop: createS3StopSwitch(runBucket()),
  stopUrl: createStopUrl(runBucket()),
  telemetry: createTelemetry({ service: 'dispatcher' }),
});
