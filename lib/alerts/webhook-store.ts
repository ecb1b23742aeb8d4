/** Webhooks as items of the table: WEBHOOK#id with WEBHOOK, listed by id. */
import type { Item, ItemKey, ItemStore } from '../ports/item-store.ts';
import { MAX_WEBHOOKS, Webhook } from './webhook.ts';

const KIND = 'webhook';

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

const keyOf = (id: string): ItemKey => ({ pk: `WEBHOOK#${id}`, sk: 'WEBHOOK' });

/** What can't be read, and a generic one without its secret, gets nothing. */
function webhookOf(item: Item | undefined): Webhook | undefined {
  const { success, data } = Webhook.safeParse(item?.webhook);
  return success && (data.kind !== 'generic' || data.secret !== undefined) ? data : undefined;
}

export function createWebhookStore(items: Pick<ItemStore, 'get' | 'put' | 'remove' | 'list'>): WebhookStore {
  return {
    get: async (id) => webhookOf(await items.get(keyOf(id))),
    async put(webhook) {
      await items.put({ ...keyOf(webhook.id), kind: KIND, name: webhook.id, webhook });
    },
    remove: (id) => items.remove(keyOf(id), { present: true }),
    async all() {
      const { items: found } = await items.list(KIND, { limit: MAX_WEBHOOKS });
      return found.flatMap((item) => webhookOf(item) ?? []);
    },
  };
}
