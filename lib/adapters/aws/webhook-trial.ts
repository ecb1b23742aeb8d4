import type { TestRequest } from '../../alerts/notify.ts';
import { TestOutcome } from '../../alerts/test-outcome.ts';
import { failure } from '../../fleet/failure.ts';
import type { TryWebhook } from '../../ports/webhook-trial.ts';
import { createLambdaInvoker } from './prober-invoker.ts';

export interface WebhookTrialOptions {
  readonly region: string;
  /** The notifier's. */
  readonly functionName: string;
}

/** Longer than one try of the notifier, with its start; API Gateway gives its caller up after 30 s. */
const TIMEOUT_MS = 25_000;

/** The API dials nothing by itself: it asks the notifier, whose one other way in is the event bus. */
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
