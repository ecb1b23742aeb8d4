import * as z from 'zod';
import { TestOutcome } from '../../model/webhook-test.ts';
import { MAX_ACKNOWLEDGE_REASON } from '../state/acknowledgements.ts';
import { TargetName } from '../state/target-record.ts';
import { MAX_KEY, MAX_URL, WebhookFilter, WebhookId, WebhookKind } from '../state/webhooks.ts';
import type { Contract } from './contract.ts';
import { OpenAlert } from './open-alert.ts';

const filter = {
  targets: WebhookFilter.shape.targets.describe('Names of targets, "*" for any text. Absent: all targets.'),
  kinds: WebhookFilter.shape.kinds.describe('Absent: all kinds of changes.'),
  minSeverity: WebhookFilter.shape.minSeverity.describe(
    'Changes of less severity are left out; the end of a fault is always reported. Absent: all.',
  ),
};

export const WebhookRequest = z.strictObject({
  kind: WebhookKind.describe(
    'slack: an incoming webhook; teams: a workflow; generic: the change itself, signed; pagerduty: Events API v2; ntfy: a topic.',
  ),
  url: z
    .string()
    .min(1)
    .max(MAX_URL)
    .optional()
    .describe(
      'https:// on the internet. May be left out of a webhook that is there, which keeps the one it has, and of PagerDuty.',
    ),
  key: z
    .string()
    .max(MAX_KEY)
    .optional()
    .describe(
      'Of PagerDuty the integration key; of ntfy an access token, where the topic needs one. Never shown. Left out: as before; empty: none.',
    ),
  ...filter,
  newSecret: z
    .boolean()
    .default(false)
    .describe('For a generic webhook that is there already: make a new secret; the old one signs no more.'),
});

/** A webhook as it is listed: a person who knows its whole URL can write to the channel, so it is never shown. */
export const ListedWebhook = z.object({
  id: WebhookId,
  kind: WebhookKind,
  url: z.string().describe('Scheme, host and port, then "/…".'),
  ...filter,
  changedBy: z.string().describe('ARN.'),
  changedAt: z.iso.datetime(),
});
export type ListedWebhook = z.infer<typeof ListedWebhook>;

const OfWebhook = z.strictObject({ id: WebhookId });

export const alertsContracts = {
  listAlerts: {
    id: 'listAlerts',
    method: 'GET',
    path: '/alerts',
    tag: 'alerts',
    summary: 'List the alerts that are open, by target',
    query: z.strictObject({
      after: z.string().max(2_000).optional().describe('The `next` of the page before.'),
    }),
    status: 200,
    result: z.object({ alerts: z.array(OpenAlert), next: z.string().optional() }),
  },
  acknowledgeAlert: {
    id: 'acknowledgeAlert',
    method: 'PUT',
    path: '/alerts/{target}/acknowledgement',
    tag: 'alerts',
    summary: 'Acknowledge the open alert of a target: no reminders are sent until more fails',
    params: z.strictObject({ target: TargetName }),
    body: z.strictObject({
      reason: z
        .string()
        .min(1)
        .max(MAX_ACKNOWLEDGE_REASON)
        .describe('What is done about it. Sent to all receivers, and in reports.'),
    }),
    status: 200,
    result: OpenAlert,
  },
  putWebhook: {
    id: 'putWebhook',
    method: 'PUT',
    path: '/webhooks/{id}',
    tag: 'alerts',
    summary: 'Register a webhook that gets changes, or replace it',
    params: OfWebhook,
    body: WebhookRequest,
    status: 200,
    result: ListedWebhook.extend({
      secret: z
        .string()
        .optional()
        .describe('With which a generic webhook is signed. Shown when it is made, and never again.'),
    }),
  },
  listWebhooks: {
    id: 'listWebhooks',
    method: 'GET',
    path: '/webhooks',
    tag: 'alerts',
    summary: 'List the webhooks',
    status: 200,
    result: z.object({ webhooks: z.array(ListedWebhook) }),
  },
  removeWebhook: {
    id: 'removeWebhook',
    method: 'DELETE',
    path: '/webhooks/{id}',
    tag: 'alerts',
    summary: 'Remove a webhook',
    params: OfWebhook,
    status: 204,
  },
  testWebhook: {
    id: 'testWebhook',
    method: 'POST',
    path: '/webhooks/{id}/test',
    tag: 'alerts',
    summary: 'Send a sample to a webhook now, once, and tell what its receiver answers',
    params: OfWebhook,
    status: 200,
    result: TestOutcome,
  },
} as const satisfies Record<string, Contract>;
