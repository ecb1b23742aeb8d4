import { runBucket, variable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTaskTokens } from '../lib/aws/task-tokens.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { type ApiAnswer, HttpEvent } from '../lib/service/api/http-event.ts';
import { createEarlyResults } from '../lib/service/runs/early-results.ts';
import { createSiteApi } from '../lib/service/site/api.ts';

const store = createS3RunStore(runBucket());

const api = createSiteApi({
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  store,
  early: createEarlyResults(store),
  stop: createS3StopSwitch(runBucket()),
  waiting: createTaskTokens(),
  telemetry: createTelemetry({ service: 'site' }),
  now: Date.now,
  // A function that holds a question is paid for as long: so each is answered at once, and the next comes later.
  againSeconds: 10,
  // A request and an object are paid for each time: for somebody who may look on, and not for a schedule.
  tellEveryMs: ({ dispatch }) => (dispatch.live === true ? 2_000 : undefined),
});

/** Answers site vantages: each request is signed by the vantage's own key, which is judged here and not by IAM. */
export const handler = (event: unknown): Promise<ApiAnswer> => api.answer(HttpEvent.parse(event));
