import { runBucket, stateTable, variable } from '../lib/aws/environment.ts';
import { createEventPublisher } from '../lib/aws/events.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createPublisher } from '../lib/service/runs/publish.ts';
import { createMaintenanceCheck } from '../lib/service/schedule/maintenance.ts';

/** State `Publish`. */
const table = stateTable();
const items = createDynamoItemStore(table);
export const handler = createPublisher({
  store: createS3RunStore(runBucket()),
  items,
  retentionDays: table.retentionDays,
  changes: {
    fleet: variable('FLEET_NAME'),
    send: createEventPublisher({ bus: variable('EVENT_BUS') }),
    inMaintenance: createMaintenanceCheck(items),
  },
  telemetry: createTelemetry({ service: 'publish' }),
});
