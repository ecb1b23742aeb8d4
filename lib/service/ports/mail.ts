import type { ChangeEvent } from '../../model/change-event.ts';

export interface Mail {
  /** ASCII, one line, at most 100 characters. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/**
 * Mails an alert to all subscribers. `of`: what a subscription may filter by, and the id, which makes the same mail the
 * same message. `refused`: permanently. Rejects with a `StoreFailed` failure when it is not taken, and may be later.
 */
export type PublishMail = (
  mail: Mail,
  of: Pick<ChangeEvent, 'id' | 'fleet' | 'kind' | 'severity' | 'target'>,
) => Promise<'delivered' | 'refused'>;
