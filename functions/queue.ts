import { randomBytes } from 'node:crypto';
import { runBucket, variable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createS3StopSwitch } from '../lib/aws/stop-switch.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createSiteAsker } from '../lib/service/site/ask.ts';

/** State `AskSite`: puts work in line for a site vantage, whose answer ends the state by its token. */
export const handler = createSiteAsker({
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  stop: createS3StopSwitch(runBucket()),
  now: Date.now,
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  telemetry: createTelemetry({ service: 'queue' }),
});
