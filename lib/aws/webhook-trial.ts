import { TestOutcome } from '../model/webhook-test.ts';
import type { TestRequest } from '../service/alerts/notify.ts';
import type { TryWebhook } from '../service/ports/webhook-trial.ts';
import { failure } from '../service/runs/failure.ts';
import { createLambdaInvoker } from './prober-invoker.ts';

export interface WebhookTrialOptions {
  readonly region: string;
  /** The notifier's. */
  readonly functionName: string;
}

/** Longer than one try of the notifier, with its start; API Gateway ends a call after 30 s. */
const TIMEOUT_MS = 25_000;

/** The API dials nothing itself: it asks the notifier, whose only other input is the event bus. */
export function createWebhookTrial(notifier: WebhookTrialOptions): TryWebhook {
  const invoke = createLambdaInvoker();
  return async (id) => {
    const request: TestRequest = { testWebhook: id };
    const invoked = await invoke(notifier, JSON.stringify(request), { timeoutMs: TIMEOUT_MS });
    if (invoked.status !== 'answered')
      throw failure('StoreFailed', `invoke the notifier: ${invoked.status}: ${invoked.message}`);
    return TestOutcome.parse(JSON.parse(invoked.text));
  };
}
