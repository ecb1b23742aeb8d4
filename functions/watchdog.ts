import { fleetOf, runBucket, stateTable, variable } from '../lib/aws/environment.ts';
import { createEventPublisher } from '../lib/aws/events.ts';
import { createSfnExecutions } from '../lib/aws/executions.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createLambdaInvoker } from '../lib/aws/prober-invoker.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { wakeProbers } from '../lib/service/schedule/wake.ts';
import { createWatchdog } from '../lib/service/schedule/watchdog.ts';

const invoke = createLambdaInvoker();
const inVpc = fleetOf().filter(({ kind }) => kind === 'lambda-vpc');

/** Checks every five minutes whether the scheduled runs started, and how they ended. */
export const handler = createWatchdog({
  items: createDynamoItemStore(stateTable()),
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  stop: createS3StopSwitch(runBucket()),
  send: createEventPublisher({ bus: variable('EVENT_BUS') }),
  telemetry: createTelemetry({ service: 'watchdog' }),
  fleet: variable('FLEET_NAME'),
  heartbeatMinutes: Number(variable('HEARTBEAT_MINUTES')),
  now: Date.now,
  wake: (telemetry) => wakeProbers(inVpc, invoke, telemetry),
});
