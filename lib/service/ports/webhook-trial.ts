import type { TestOutcome } from '../../model/webhook-test.ts';

/** Lets the notifier send a sample to a registered webhook. Rejects with a `StoreFailed` failure when it can't be asked. */
export type TryWebhook = (id: string) => Promise<TestOutcome>;
