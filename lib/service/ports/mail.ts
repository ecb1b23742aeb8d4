import type { ChangeEvent } from '../../model/change-event.ts';

export interface Mail {
  /** ASCII, one line, at most 100 characters. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/**
 * Mails an alert to all subscribers. `attributes`: what a subscription may filter by. Rejects with a `StoreFailed`
 * failure when the topic does not take it.
 */
export type PublishMail = (
  mail: Mail,
  attributes: Pick<ChangeEvent, 'kind' | 'severity' | 'target'>,
) => Promise<void>;
