import { randomBytes } from 'node:crypto';
import { alertsHandlers } from '../../api/alerts.ts';
import { fleetHandlers } from '../../api/fleet.ts';
import { historyHandlers } from '../../api/history.ts';
import { metricsHandlers } from '../../api/metrics.ts';
import type { AllHandlers } from '../../api/operations.ts';
import { createRunGate } from '../../api/run-gate.ts';
import { runsHandlers } from '../../api/runs.ts';
import { schedulesHandlers } from '../../api/schedules.ts';
import { sharesHandlers } from '../../api/shares.ts';
import { targetsHandlers } from '../../api/targets.ts';
import { fleetOf, rateLimits, runBucket, scheduleGroup, stateTable, variable } from './environment.ts';
import { createSfnExecutions } from './executions.ts';
import { createDynamoItemStore } from './item-store.ts';
import { kmsSeal } from './kms-signer.ts';
import { createOwnershipProver } from './ownership.ts';
import { createLambdaInvoker } from './prober-invoker.ts';
import { createDynamoRegistry } from './registry.ts';
import { createS3RunStore } from './run-store.ts';
import { createRunningExecutions } from './running-executions.ts';
import { createScheduler } from './scheduler.ts';
import { createS3StopSwitch } from './stop-switch.ts';
import { createWebhookTrial } from './webhook-trial.ts';

/** The handlers of each group of lib/api/operations.ts, on the services that the function's environment names. */
export function apiHandlers(): AllHandlers {
  const region = variable('AWS_REGION');
  const check = variable('CHECK_MACHINE');
  const shared = {
    items: createDynamoItemStore(stateTable()),
    registry: createDynamoRegistry(stateTable()),
    store: createS3RunStore(runBucket()),
    executions: createSfnExecutions({ machine: check }),
    fleet: fleetOf(),
    stop: createS3StopSwitch(runBucket()),
    scheduler: createScheduler(scheduleGroup()),
    now: Date.now,
    randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
  };
  const ownership = { region, functionName: variable('OWNERSHIP_FUNCTION') };
  return {
    targets: targetsHandlers({ ...shared, prove: createOwnershipProver(ownership, createLambdaInvoker()) }),
    fleet: fleetHandlers({
      ...shared,
      running: createRunningExecutions({ check, sweep: variable('SWEEP_MACHINE') }),
    }),
    runs: runsHandlers({ ...shared, gate: createRunGate({ ...shared, limits: rateLimits() }) }),
    shares: sharesHandlers({
      ...shared,
      seal: kmsSeal(variable('SIGNING_KEY')),
      retentionDays: stateTable().retentionDays,
      shareUrl: variable('SHARE_URL'),
    }),
    alerts: alertsHandlers({
      ...shared,
      tryWebhook: createWebhookTrial({ region, functionName: variable('NOTIFIER_FUNCTION') }),
    }),
    history: historyHandlers(shared),
    metrics: metricsHandlers(shared),
    schedules: schedulesHandlers(shared),
  };
}
