import { fleetOf, rateLimits, reflectorsOf, runBucket, stateTable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { findIpv6Hosts } from '../lib/service/runs/ipv6-hosts.ts';
import { createPlanner } from '../lib/service/runs/plan.ts';
import { joinedVantages } from '../lib/service/state/site-vantages.ts';

/** State `AuthoriseAndPlan`. */
const table = stateTable();
const items = createDynamoItemStore(table);
export const handler = createPlanner({
  fleet: fleetOf(),
  sites: () => joinedVantages(items),
  items,
  ...reflectorsOf(items),
  store: createS3RunStore(runBucket()),
  retentionDays: table.retentionDays,
  limits: rateLimits(),
  stop: createS3StopSwitch(runBucket()),
  findIpv6: findIpv6Hosts,
  telemetry: createTelemetry({ service: 'plan' }),
});
