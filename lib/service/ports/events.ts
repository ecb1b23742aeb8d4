import type { ChangeEvent } from '../../model/change-event.ts';

/**
 * Puts changes on the fleet's bus, where journal and notifier get them. Rejects with a `StoreFailed` failure unless the
 * bus has accepted all of them; a repeated call sends the same events with the same ids.
 */
export type PublishEvents = (events: readonly ChangeEvent[]) => Promise<void>;
