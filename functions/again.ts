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
import { answerAsked, LinkAsked } from '../lib/service/share/asked.ts';
import { createOffices } from '../lib/service/share/office/keep-outcomes.ts';

const shared = {
  items: createDynamoItemStore(stateTable()),
  telemetry: createTelemetry({ service: 'again' }),
  now: Date.now,
};
const runs = createLinkRuns({
  ...shared,
  store: createS3RunStore(runBucket()),
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  stop: createS3StopSwitch(runBucket()),
  seal: kmsSeal(variable('SIGNING_KEY')),
  limits: rateLimits(),
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
});
const offices = createOffices(shared);

/** Asked by the function of links alone, with the id of a share: it looks for itself whether that one is open, and what it may. */
export const handler = async (event: unknown): Promise<unknown> =>
  answerAsked({ runs, offices }, parseStep(LinkAsked, event));
