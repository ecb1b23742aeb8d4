import { runBucket, stateTable, variable } from '../lib/adapters/aws/environment.ts';
import { createEventPublisher } from '../lib/adapters/aws/events.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { createDynamoRegistry } from '../lib/adapters/aws/registry.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createPublisher } from '../lib/fleet/publish.ts';
import { createMaintenanceCheck } from '../lib/schedule/maintenance-store.ts';

/** State `Publish`. */
const table = stateTable();
const items = createDynamoItemStore(table);
export const handler = createPublisher({
  registry: createDynamoRegistry(table),
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
