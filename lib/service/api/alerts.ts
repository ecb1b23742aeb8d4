/** The operations on webhooks. */
import pMap from 'p-map';
import { quote } from '../../input/request/quote.ts';
import { isoTime } from '../../net/clock.ts';
import { newSecret } from '../alerts/generic.ts';
import { ntfyTopic } from '../alerts/ntfy.ts';
import { findOpenAlert, openAlertOf } from '../alerts/open-alert.ts';
import { isPagerdutyKey, PAGERDUTY_URL } from '../alerts/pagerduty.ts';
import { parseWebhookUrl, shownUrl } from '../alerts/webhook-url.ts';
import type { alertsContracts, ListedWebhook } from '../contracts/alerts.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { TryWebhook } from '../ports/webhook-trial.ts';
import { CALLS_AT_A_TIME } from '../runs/limits.ts';
import { acknowledge } from '../state/acknowledgements.ts';
import { alertPage } from '../state/announced.ts';
import { createWebhookStore, MAX_WEBHOOKS, type Webhook } from '../state/webhooks.ts';
import { answered, type HandlersOf, refused } from './handler.ts';

export interface AlertsPorts {
  readonly items: Pick<ItemStore, 'get' | 'put' | 'remove' | 'list'>;
  readonly tryWebhook: TryWebhook;
  /** Called when an alert was acknowledged. */
  readonly acknowledged?: () => void;
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
    async listAlerts({ query: { after } }) {
      const page = await alertPage(ports.items, after);
      const alerts = await pMap(page.alerts, (one) => openAlertOf(ports.items, one), {
        concurrency: CALLS_AT_A_TIME,
      });
      return answered({ ...page, alerts });
    },
    async acknowledgeAlert({ params: { target }, body: { reason }, caller }) {
      const open = await findOpenAlert(ports.items, target);
      if (open === undefined)
        return refused('not-found', `no alert of ${quote(target)} is open: see GET /alerts`, 'path.target');
      const given = { alert: open.alert.mark, by: caller.principal, reason, now: ports.now() };
      if ((await acknowledge(ports.items, target, given)) === 'busy')
        return refused('conflict', 'others acknowledged it at the same moment: look at it, and try again');
      ports.acknowledged?.();
      return answered(await openAlertOf(ports.items, open));
    },
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
      // It is shown to nobody, and so goes to no host but the one that it was given for.
      const isSameHost = before !== undefined && new URL(before.url).origin === new URL(read.value).origin;
      const key = (body.key ?? (isSameHost ? before.key : undefined)) || undefined;
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
