/** The notifier as it is deployed, but that it trusts the story's authority beside Node's roots. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { variable } from '../../../lib/adapters/aws/environment.ts';
import { createDynamoItemStore } from '../../../lib/adapters/aws/item-store.ts';
import { createSnsMail } from '../../../lib/adapters/aws/mail.ts';
import { createTelemetry } from '../../../lib/adapters/aws/telemetry.ts';
import { createWebhookNetwork } from '../../../lib/alerts/network.ts';
import { createNotifier } from '../../../lib/alerts/notify.ts';

const root = readFileSync(variable('STORY_ROOT'), 'utf8');

export const handler = createNotifier({
  fleet: variable('FLEET_NAME'),
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  mail: createSnsMail({ topicArn: variable('TOPIC_ARN') }),
  network: () => createWebhookNetwork({ allowPrivate: false, trustAnchors: [root] }),
  telemetry: createTelemetry({ service: 'notifier' }),
  now: Date.now,
  monotonic: () => performance.now(),
  pause,
  random: Math.random,
});
