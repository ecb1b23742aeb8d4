import type { Mail } from '../alerts/email.ts';
import type { ChangeEvent } from '../model/change-event.ts';

/**
 * Mails an alert to whoever is subscribed. `attributes`: what a subscription may filter by. Rejects with a `StoreFailed`
 * failure when the topic does not take it.
 */
export type PublishMail = (
  mail: Mail,
  attributes: Pick<ChangeEvent, 'kind' | 'severity' | 'target'>,
) => Promise<void>;
