/**
 * The notifier as the rig deploys it: the production one, but with leave to send to loopback, and with pauses that
 * don't last. The production bundle has no such setting.
 */
import { variable } from '../../lib/aws/environment.ts';
import { createDynamoItemStore } from '../../lib/aws/item-store.ts';
import { createSnsMail } from '../../lib/aws/mail.ts';
import { createTelemetry } from '../../lib/aws/telemetry.ts';
import { createWebhookNetwork } from '../../lib/service/alerts/network.ts';
import { createNotifier } from '../../lib/service/alerts/notify.ts';

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
