import { fleetOf, runBucket, stateTable, variable } from '../lib/aws/environment.ts';
import { createEventPublisher } from '../lib/aws/events.ts';
import { createSfnExecutions } from '../lib/aws/executions.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createLambdaInvoker } from '../lib/aws/prober-invoker.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createReminders } from '../lib/service/alerts/reminders.ts';
import { wakeProbers } from '../lib/service/schedule/wake.ts';
import { createWatchdog } from '../lib/service/schedule/watchdog.ts';

const invoke = createLambdaInvoker();
const inVpc = fleetOf().filter(({ kind }) => kind === 'lambda-vpc');

const shared = {
  items: createDynamoItemStore(stateTable()),
  send: createEventPublisher({ bus: variable('EVENT_BUS') }),
  fleet: variable('FLEET_NAME'),
  now: Date.now,
};

/** Checks every five minutes whether the scheduled runs started, and how they ended. */
export const handler = createWatchdog({
  ...shared,
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  stop: createS3StopSwitch(runBucket()),
  telemetry: createTelemetry({ service: 'watchdog' }),
  heartbeatMinutes: Number(variable('HEARTBEAT_MINUTES')),
  remind: createReminders({ ...shared, everyMs: Number(variable('REMINDER_HOURS')) * 3_600_000 }),
  wake: (telemetry) => wakeProbers(inVpc, invoke, telemetry),
});
