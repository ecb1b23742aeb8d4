import { randomBytes } from 'node:crypto';
import { rateLimits, runBucket, stateTable, variable } from '../lib/aws/environment.ts';
import { createSfnExecutions } from '../lib/aws/executions.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { kmsSeal } from '../lib/aws/kms-signer.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { parseStep } from '../lib/service/runs/step-input.ts';
import { createLinkRuns } from '../lib/service/share/again.ts';
import { LinkRunsInput } from '../lib/service/share/link-runs.ts';

const runs = createLinkRuns({
  items: createDynamoItemStore(stateTable()),
  store: createS3RunStore(runBucket()),
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  stop: createS3StopSwitch(runBucket()),
  seal: kmsSeal(variable('SIGNING_KEY')),
  limits: rateLimits(),
  telemetry: createTelemetry({ service: 'again' }),
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  now: Date.now,
});

/** Asked by the function of links alone, with the id of a share: it looks for itself whether that one starts runs. */
export async function handler(event: unknown): Promise<unknown> {
  const { do: what, share } = parseStep(LinkRunsInput, event);
  return what === 'start' ? runs.start(share) : ((await runs.look(share)) ?? null);
}
