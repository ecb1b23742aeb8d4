import { runBucket, stateTable, variable } from '../lib/adapters/aws/environment.ts';
import { createEventPublisher } from '../lib/adapters/aws/events.ts';
import { createSfnExecutions } from '../lib/adapters/aws/executions.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { createS3StopSwitch } from '../lib/adapters/aws/stop-switch.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createWatchdog } from '../lib/schedule/watchdog.ts';

/** Looks every five minutes whether the scheduled runs came, and how they ended. */
export const handler = createWatchdog({
  items: createDynamoItemStore(stateTable()),
  executions: createSfnExecutions({ machine: variable('CHECK_MACHINE') }),
  stop: createS3StopSwitch(runBucket()),
  send: createEventPublisher({ bus: variable('EVENT_BUS') }),
  telemetry: createTelemetry({ service: 'watchdog' }),
  fleet: variable('FLEET_NAME'),
  heartbeatMinutes: Number(variable('HEARTBEAT_MINUTES')),
  now: Date.now,
});
