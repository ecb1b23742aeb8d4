/** Registered webhooks, listed by id: where alerts go, and which. */
import * as z from 'zod';
import { ChangeKind, Severity } from '../../model/change-event.ts';
import type { Item, ItemStore } from '../ports/item-store.ts';
import { LISTED, webhookKey } from './keys.ts';

export const WebhookKind = z.enum(['slack', 'teams', 'generic', 'pagerduty', 'ntfy']);
export type WebhookKind = z.infer<typeof WebhookKind>;

/** Webhooks of a fleet: each change goes to all of them at the same time. */
export const MAX_WEBHOOKS = 50;
export const MAX_URL = 2_000;
export const MAX_KEY = 200;

export const WebhookId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits and hyphens');

/** A name in which `*` matches any text; upper and lower case are equal. */
export const TargetPattern = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => (text.match(/\*/g) ?? []).length <= 5, 'has more than five "*"');

/** Which changes a webhook gets. What is absent filters nothing. */
export const WebhookFilter = z.object({
  targets: z.array(TargetPattern).min(1).max(20).optional(),
  kinds: z.array(ChangeKind).min(1).optional(),
  minSeverity: Severity.optional(),
});
export type WebhookFilter = z.infer<typeof WebhookFilter>;

export const Webhook = WebhookFilter.extend({
  id: WebhookId,
  kind: WebhookKind,
  /** A person who knows it can write to the channel: it is never shown and is in no log. */
  url: z.url().max(MAX_URL),
  /** Of the generic kind alone: 32 bytes in base64, as lib/service/alerts/generic.ts makes them. */
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{43}=$/)
    .optional(),
  /** Of PagerDuty the integration key, of ntfy an access token; as secret as the URL. */
  key: z.string().max(MAX_KEY).optional(),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
});
export type Webhook = z.infer<typeof Webhook>;

/** All reject as the item store does. */
export interface WebhookStore {
  get(id: string): Promise<Webhook | undefined>;
  /** Adds it, or takes the place of the one with its id. */
  put(webhook: Webhook): Promise<void>;
  /** False: there was none. */
  remove(id: string): Promise<boolean>;
  /** By id; `MAX_WEBHOOKS` at most. */
  all(): Promise<readonly Webhook[]>;
}

/** What can't be read, and one without the secret that its kind needs, gets nothing. */
function webhookOf(item: Item | undefined): Webhook | undefined {
  const { success, data } = Webhook.safeParse(item?.webhook);
  if (!success) return undefined;
  const needs = { generic: data.secret, pagerduty: data.key, slack: '', teams: '', ntfy: '' } as const;
  return needs[data.kind] === undefined ? undefined : data;
}

export function createWebhookStore(items: Pick<ItemStore, 'get' | 'put' | 'remove' | 'list'>): WebhookStore {
  return {
    get: async (id) => webhookOf(await items.get(webhookKey(id))),
    async put(webhook) {
      await items.put({ ...webhookKey(webhook.id), kind: LISTED.webhook, name: webhook.id, webhook });
    },
    remove: (id) => items.remove(webhookKey(id), { present: true }),
    async all() {
      const { items: found } = await items.list(LISTED.webhook, { limit: MAX_WEBHOOKS });
      return found.flatMap((item) => webhookOf(item) ?? []);
    },
  };
}
