import { randomBytes } from 'node:crypto';
import { fleetOf, runBucket, scheduleGroup, stateTable, variable } from '../lib/adapters/aws/environment.ts';
import { createSfnExecutions } from '../lib/adapters/aws/executions.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { kmsSeal } from '../lib/adapters/aws/kms-signer.ts';
import { createDynamoRegistry } from '../lib/adapters/aws/registry.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createScheduler } from '../lib/adapters/aws/scheduler.ts';
import { createS3StopSwitch } from '../lib/adapters/aws/stop-switch.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createWebhookTrial } from '../lib/adapters/aws/webhook-trial.ts';
import { alertsHandlers } from '../lib/api/alerts.ts';
import { historyHandlers } from '../lib/api/history.ts';
import { metricsHandlers } from '../lib/api/metrics.ts';
import { allRoutes } from '../lib/api/operations.ts';
import { createRouter } from '../lib/api/router.ts';
import { runsHandlers } from '../lib/api/runs.ts';
import { schedulesHandlers } from '../lib/api/schedules.ts';
import { sharesHandlers } from '../lib/api/shares.ts';

const shared = {
  items: createDynamoItemStore(stateTable()),
  registry: createDynamoRegistry(stateTable()),
  store: createS3RunStore(runBucket()),
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  fleet: fleetOf(),
  stop: createS3StopSwitch(runBucket()),
  scheduler: createScheduler(scheduleGroup()),
  now: Date.now,
  randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
};

const tryWebhook = createWebhookTrial({
  region: variable('AWS_REGION'),
  functionName: variable('NOTIFIER_FUNCTION'),
});

/** Answers every request of the HTTP API: the handlers of each group of lib/api/operations.ts. */
export const handler = createRouter({
  routes: allRoutes({
    runs: runsHandlers(shared),
    shares: sharesHandlers({
      ...shared,
      seal: kmsSeal(variable('SIGNING_KEY')),
      retentionDays: stateTable().retentionDays,
      shareUrl: variable('SHARE_URL'),
    }),
    alerts: alertsHandlers({ ...shared, tryWebhook }),
    history: historyHandlers(shared),
    metrics: metricsHandlers(shared),
    schedules: schedulesHandlers(shared),
  }),
  telemetry: createTelemetry({ service: 'api' }),
});
