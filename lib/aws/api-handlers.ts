import { randomBytes } from 'node:crypto';
import { alertsHandlers } from '../service/api/alerts.ts';
import { fleetHandlers } from '../service/api/fleet.ts';
import { historyHandlers } from '../service/api/history.ts';
import { metricsHandlers } from '../service/api/metrics.ts';
import type { AllHandlers } from '../service/api/operations.ts';
import { createRunGate } from '../service/api/run-gate.ts';
import { runsHandlers } from '../service/api/runs.ts';
import { schedulesHandlers } from '../service/api/schedules.ts';
import { sharesHandlers } from '../service/api/shares.ts';
import { targetsHandlers } from '../service/api/targets.ts';
import { vantagesHandlers } from '../service/api/vantages.ts';
import { createEarlyResults } from '../service/runs/early-results.ts';
import { seeEarlyIn } from '../service/runs/seen.ts';
import { joinedVantages } from '../service/state/site-vantages.ts';
import { fleetOf, rateLimits, runBucket, scheduleGroup, stateTable, variable } from './environment.ts';
import { createSfnExecutions } from './executions.ts';
import { createDynamoItemStore } from './item-store.ts';
import { kmsSeal } from './kms-signer.ts';
import { createS3ListenerSecrets } from './listener-secrets.ts';
import { createListenerAsker, createOwnershipProver } from './ownership.ts';
import { createLambdaInvoker } from './prober-invoker.ts';
import { createS3RunStore } from './run-store.ts';
import { createRunningExecutions } from './running-executions.ts';
import { createScheduler } from './scheduler.ts';
import { createS3StopSwitch } from './stop-switch.ts';
import { createWebhookTrial } from './webhook-trial.ts';

/** The handlers of each group of lib/service/api/operations.ts, on the services that the function's environment names. */
export function apiHandlers(): AllHandlers {
  const region = variable('AWS_REGION');
  const check = variable('CHECK_MACHINE');
  const items = createDynamoItemStore(stateTable());
  const shared = {
    items,
    sites: () => joinedVantages(items),
    store: createS3RunStore(runBucket()),
    executions: createSfnExecutions({ machine: check }),
    fleet: fleetOf(),
    stop: createS3StopSwitch(runBucket()),
    scheduler: createScheduler(scheduleGroup()),
    now: Date.now,
    randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
  };
  const seal = kmsSeal(variable('SIGNING_KEY'));
  const ownership = { region, functionName: variable('OWNERSHIP_FUNCTION') };
  const invoke = createLambdaInvoker();
  return {
    targets: targetsHandlers({ ...shared, prove: createOwnershipProver(ownership, invoke) }),
    fleet: fleetHandlers({
      ...shared,
      seal,
      running: createRunningExecutions({ check, sweep: variable('SWEEP_MACHINE') }),
    }),
    runs: runsHandlers({
      ...shared,
      seeEarly: seeEarlyIn(createEarlyResults(shared.store)),
      seal,
      retentionDays: stateTable().retentionDays,
      listenerSecrets: createS3ListenerSecrets(shared.store),
      askListeners: createListenerAsker(ownership, invoke),
      gate: createRunGate({ ...shared, limits: rateLimits() }),
    }),
    shares: sharesHandlers({
      ...shared,
      seal,
      retentionDays: stateTable().retentionDays,
      ...shareUrl(),
    }),
    alerts: alertsHandlers({
      ...shared,
      tryWebhook: createWebhookTrial({ region, functionName: variable('NOTIFIER_FUNCTION') }),
    }),
    history: historyHandlers(shared),
    metrics: metricsHandlers(shared),
    schedules: schedulesHandlers(shared),
    vantages: vantagesHandlers(shared),
  };
}

/** `SHARE_URL`; absent where the fleet is deployed without links. */
const shareUrl = ({ SHARE_URL }: NodeJS.ProcessEnv = process.env): { readonly shareUrl?: string } =>
  SHARE_URL === undefined || SHARE_URL === '' ? {} : { shareUrl: SHARE_URL };
