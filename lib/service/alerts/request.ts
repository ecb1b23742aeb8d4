import { USER_AGENT } from '../../kinds/http/measure/user-agent.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import type { Webhook } from '../state/webhooks.ts';
import { type SignedRequest, signedRequest } from './generic.ts';
import { slackMessage } from './slack.ts';
import { teamsMessage } from './teams.ts';

/** @param now epoch ms of this try */
export function requestFor(
  { kind, secret }: Pick<Webhook, 'kind' | 'secret'>,
  event: ChangeEvent,
  now: number,
): SignedRequest {
  const common = { 'content-type': 'application/json', 'user-agent': USER_AGENT };
  switch (kind) {
    case 'slack':
      return { headers: common, body: JSON.stringify(slackMessage(event)) };
    case 'teams':
      return { headers: common, body: JSON.stringify(teamsMessage(event)) };
    case 'generic': {
      // A webhook of this kind is not registered without one (lib/service/state/webhooks.ts).
      const { headers, body } = signedRequest(event, secret ?? '', now);
      return { headers: { ...common, ...headers }, body };
    }
    default:
      return kind satisfies never;
  }
}
