/** The notifier as it is deployed, but that it trusts the story's authority beside Node's roots. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { variable } from '../../../lib/aws/environment.ts';
import { createDynamoItemStore } from '../../../lib/aws/item-store.ts';
import { createSnsMail } from '../../../lib/aws/mail.ts';
import { createTelemetry } from '../../../lib/aws/telemetry.ts';
import { createWebhookNetwork } from '../../../lib/service/alerts/network.ts';
import { createNotifier } from '../../../lib/service/alerts/notify.ts';

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
