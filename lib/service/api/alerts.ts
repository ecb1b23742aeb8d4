/** The operations on webhooks. */
import { isoTime } from '../../net/clock.ts';
import { newSecret } from '../alerts/generic.ts';
import { ntfyTopic } from '../alerts/ntfy.ts';
import { isPagerdutyKey, PAGERDUTY_URL } from '../alerts/pagerduty.ts';
import { parseWebhookUrl, shownUrl } from '../alerts/webhook-url.ts';
import type { alertsContracts, ListedWebhook } from '../contracts/alerts.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { TryWebhook } from '../ports/webhook-trial.ts';
import { createWebhookStore, MAX_WEBHOOKS, type Webhook } from '../state/webhooks.ts';
import { answered, type HandlersOf, refused } from './handler.ts';

export interface AlertsPorts {
  readonly items: Pick<ItemStore, 'get' | 'put' | 'remove' | 'list'>;
  readonly tryWebhook: TryWebhook;
  /** Epoch ms. */
  readonly now: () => number;
  /** Webhooks on this machine: in tests. */
  readonly allowPrivate?: boolean;
}

const NONE = 'there is no such webhook: see GET /webhooks';

export function alertsHandlers(ports: AlertsPorts): HandlersOf<typeof alertsContracts> {
  const webhooks = createWebhookStore(ports.items);
  const { allowPrivate = false } = ports;
  return {
    async putWebhook({ params: { id }, body, caller }) {
      const there = await webhooks.get(id);
      const { url: given, newSecret: renew, kind, targets, kinds, minSeverity } = body;
      // The address of one service can't be one of another service.
      const before = there?.kind === kind ? there : undefined;
      const url = given ?? before?.url ?? (kind === 'pagerduty' ? PAGERDUTY_URL : undefined);
      if (url === undefined)
        return refused('bad-request', 'the webhook needs the URL that its service gave you', 'body.url');
      const read = parseWebhookUrl(url, { allowPrivate });
      if (!read.ok) return refused('bad-request', read.message, 'body.url');
      if (kind === 'ntfy' && ntfyTopic(read.value) === undefined)
        return refused(
          'bad-request',
          'the address of a topic ends with its name, as https://ntfy.sh/my-topic',
          'body.url',
        );
      const key = (body.key ?? before?.key) || undefined;
      const misfit = keyMisfit(kind, key);
      if (misfit !== undefined) return refused('bad-request', misfit, 'body.key');
      if (there === undefined && (await webhooks.all()).length >= MAX_WEBHOOKS)
        return refused('conflict', `there are ${MAX_WEBHOOKS} webhooks already: remove one first`);
      const kept = renew ? undefined : there?.secret;
      const secret = kind === 'generic' ? (kept ?? newSecret()) : undefined;
      const webhook: Webhook = {
        id,
        kind,
        url: read.value,
        ...(targets !== undefined && { targets }),
        ...(kinds !== undefined && { kinds }),
        ...(minSeverity !== undefined && { minSeverity }),
        ...(secret !== undefined && { secret }),
        ...(key !== undefined && { key }),
        changedBy: caller.arn,
        changedAt: isoTime(ports.now()),
      };
      await webhooks.put(webhook);
      return answered({ ...listed(webhook), ...(secret !== undefined && secret !== kept && { secret }) });
    },
    async listWebhooks() {
      return answered({ webhooks: (await webhooks.all()).map(listed) });
    },
    async removeWebhook({ params: { id } }) {
      return (await webhooks.remove(id)) ? answered(undefined) : refused('not-found', NONE, 'params.id');
    },
    async testWebhook({ params: { id } }) {
      const outcome = await ports.tryWebhook(id);
      return outcome.status === 'missing' ? refused('not-found', NONE, 'params.id') : answered(outcome);
    },
  };
}

/** Why it is no key for that kind; never what it is. */
function keyMisfit(kind: Webhook['kind'], key: string | undefined): string | undefined {
  if (kind === 'pagerduty')
    return key !== undefined && isPagerdutyKey(key)
      ? undefined
      : 'PagerDuty needs the integration key of a service: 32 letters and digits';
  if (key === undefined) return undefined;
  // It goes into a header.
  if (kind === 'ntfy')
    return /^[\x21-\x7e]+$/.test(key)
      ? undefined
      : 'an access token has no spaces and no other letters than ASCII';
  return `a webhook of the kind ${kind} has no key`;
}

const listed = ({ secret: _secret, key: _key, url, ...rest }: Webhook): ListedWebhook => ({
  ...rest,
  url: shownUrl(url),
});
