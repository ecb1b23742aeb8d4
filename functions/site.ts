import { runBucket, variable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTaskTokens } from '../lib/aws/task-tokens.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { type ApiAnswer, HttpEvent } from '../lib/service/api/http-event.ts';
import { createSiteApi } from '../lib/service/site/api.ts';

const api = createSiteApi({
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  store: createS3RunStore(runBucket()),
  stop: createS3StopSwitch(runBucket()),
  waiting: createTaskTokens(),
  telemetry: createTelemetry({ service: 'site' }),
  now: Date.now,
  // A function that holds a question is paid for as long: so each is answered at once, and the next comes later.
  againSeconds: 10,
});

/** Answers site vantages: each request is signed by the vantage's own key, which is judged here and not by IAM. */
export const handler = (event: unknown): Promise<ApiAnswer> => api.answer(HttpEvent.parse(event));
