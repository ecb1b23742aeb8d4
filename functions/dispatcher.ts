import { createAssumeRole } from '../lib/aws/assumed-role.ts';
import { createEarlyUrl } from '../lib/aws/early-url.ts';
import { runBucket, variable } from '../lib/aws/environment.ts';
import { createS3ListenerSecrets } from '../lib/aws/listener-secrets.ts';
import { createLambdaInvoker } from '../lib/aws/prober-invoker.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createStopUrl } from '../lib/aws/stop-url.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createDispatcher } from '../lib/service/runs/dispatch.ts';

const store = createS3RunStore(runBucket());

/** State `Dispatch`: asks one vantage and keeps what it saw. */
export const handler = createDispatcher({
  invoke: createLambdaInvoker(createAssumeRole(variable('AWS_REGION'))),
  store,
  listenerSecrets: createS3ListenerSecrets(store),
  stop: createS3StopSwitch(runBucket()),
  stopUrl: createStopUrl(runBucket()),
  earlyUrl: createEarlyUrl(runBucket()),
  telemetry: createTelemetry({ service: 'dispatcher' }),
});
