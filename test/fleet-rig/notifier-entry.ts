/**
 * The notifier as the rig deploys it: the production one, but with leave to send to loopback, and with pauses that
 * don't last. The production bundle has no way to be told so.
 */
import { variable } from '../../lib/adapters/aws/environment.ts';
import { createDynamoItemStore } from '../../lib/adapters/aws/item-store.ts';
import { createSnsMail } from '../../lib/adapters/aws/mail.ts';
import { createTelemetry } from '../../lib/adapters/aws/telemetry.ts';
import { createWebhookNetwork } from '../../lib/alerts/network.ts';
import { createNotifier } from '../../lib/alerts/notify.ts';

export const handler = createNotifier({
  fleet: variable('FLEET_NAME'),
  items: createDynamoItemStore({ table: variable('TABLE_NAME') }),
  mail: createSnsMail({ topicArn: variable('TOPIC_ARN') }),
  network: () => createWebhookNetwork({ allowPrivate: true, servers: ['127.0.0.1:1'] }),
  telemetry: createTelemetry({ service: 'notifier' }),
  now: Date.now,
  monotonic: () => performance.now(),
  pause: async () => undefined,
  random: Math.random,
});
