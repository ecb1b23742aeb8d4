import { USER_AGENT } from '../../kinds/http/measure/user-agent.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import type { Webhook } from '../state/webhooks.ts';
import { type SignedRequest, signedRequest } from './generic.ts';
import { ntfyMessage, ntfyTopic } from './ntfy.ts';
import { pagerdutyEvent } from './pagerduty.ts';
import { slackMessage } from './slack.ts';
import { teamsMessage } from './teams.ts';

export interface WebhookCall extends SignedRequest {
  readonly url: string;
}

/**
 * `undefined`: the change is nothing for this receiver.
 *
 * @param now epoch ms of this try
 */
export function requestFor(
  { kind, url, secret, key }: Pick<Webhook, 'kind' | 'url' | 'secret' | 'key'>,
  event: ChangeEvent,
  now: number,
): WebhookCall | undefined {
  const common = { 'content-type': 'application/json', 'user-agent': USER_AGENT };
  switch (kind) {
    case 'slack':
      return { url, headers: common, body: JSON.stringify(slackMessage(event)) };
    case 'teams':
      return { url, headers: common, body: JSON.stringify(teamsMessage(event)) };
    case 'generic': {
      // A webhook of this kind is not registered without one (lib/service/state/webhooks.ts).
      const { headers, body } = signedRequest(event, secret ?? '', now);
      return { url, headers: { ...common, ...headers }, body };
    }
    case 'pagerduty': {
      // Nor is one of this kind without its key.
      const message = pagerdutyEvent(event, key ?? '');
      return message && { url, headers: common, body: JSON.stringify(message) };
    }
    case 'ntfy': {
      const to = ntfyTopic(url);
      if (to === undefined) return undefined;
      const headers = key === undefined ? common : { ...common, authorization: `Bearer ${key}` };
      return { url: to.root, headers, body: JSON.stringify(ntfyMessage(event, to.topic)) };
    }
    default:
      return kind satisfies never;
  }
}
