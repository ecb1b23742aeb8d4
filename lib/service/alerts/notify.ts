/** The notifier: sends a change to all receivers that want it, or tests one webhook on request. */
import * as z from 'zod';
import { ChangeEvent } from '../../model/change-event.ts';
import type { TestOutcome } from '../../model/webhook-test.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { PublishMail } from '../ports/mail.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { failure } from '../runs/failure.ts';
import { createSentLedger } from '../state/deliveries.ts';
import type { Webhook } from '../state/webhooks.ts';
import { createWebhookStore } from '../state/webhooks.ts';
import { mailOf } from './email.ts';
import { isOnRequest, wants } from './filter.ts';
import type { WebhookNetwork } from './guarded-connector.ts';
import { type Posted, post } from './post.ts';
import { requestFor } from './request.ts';
import { sampleEvent } from './sample.ts';
import { type Delivery, send, TRY_MS } from './send.ts';

export interface NotifierPorts {
  readonly fleet: string;
  readonly items: ItemStore;
  /** Absent: nobody gets mail. */
  readonly mail?: PublishMail;
  /** Made again for each invocation: nothing that was looked up is kept. */
  readonly network: () => WebhookNetwork;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** What EventBridge gives a target. */
const Delivered = z.object({ 'detail-type': z.string(), detail: ChangeEvent });
/** What the API sends: the only other input. */
export const TestRequest = z.strictObject({ testWebhook: z.string() });
export type TestRequest = z.infer<typeof TestRequest>;

/** The mail topic among the receivers of an event; no webhook can have this id. */
const MAIL = '@mail';
/** What is left of the invocation when the last try has ended, ms. */
const MARGIN_MS = 5_000;

/** Metrics: `DeliveriesRefused` are lost, `DeliveriesPostponed` are tried again with the event. */
export function createNotifier(ports: NotifierPorts) {
  const { mail } = ports;
  const webhooks = createWebhookStore(ports.items);
  const sent = createSentLedger(ports.items, ports.now);
  const opensClosed = async (webhook: Webhook, change: ChangeEvent): Promise<boolean> =>
    keepsIncidents(webhook) && (await sent.isLate(webhook.id, change));
  const sendMail = async (change: ChangeEvent, mail: PublishMail): Promise<'delivered' | 'refused'> => {
    const outcome = await mail(mailOf(change), change);
    await sent.mark(change.id, MAIL, outcome);
    return outcome;
  };

  return async (
    event: unknown,
    invocation: Invocation,
  ): Promise<TestOutcome | { readonly delivered: number }> => {
    const test = TestRequest.safeParse(event);
    if (test.success) return tryWebhook(ports, await webhooks.get(test.data.testWebhook));
    const read = Delivered.safeParse(event);
    // An input that is not a change event will never be one: it ends in the dead-letter queue, where operators look.
    if (!read.success) throw failure('StepContractBroken', 'the event is none that the notifier knows');
    const change = read.data.detail;
    const log = ports.telemetry.with({ requestId: invocation.awsRequestId, eventId: change.id });
    const deadline = ports.monotonic() + invocation.getRemainingTimeInMillis() - MARGIN_MS;
    const [all, done] = await Promise.all([webhooks.all(), sent.receivers(change.id)]);
    const wanting = all.filter((webhook) => wants(webhook, change) && !done.has(webhook.id));
    const network = ports.network();
    const outcomes = await Promise.all([
      ...wanting.map(async (webhook) => {
        if (requestFor(webhook, change, 0) === undefined || (await opensClosed(webhook, change)))
          return 'nothing' as const;
        const delivery = await deliver(ports, network, webhook, change, deadline);
        tell(log, webhook, delivery);
        if (delivery.status === 'postponed') return delivery.status;
        return kept(log, async () => {
          await sent.mark(change.id, webhook.id, delivery.status);
          if (keepsIncidents(webhook)) await sent.close(webhook.id, change);
          return delivery.status;
        });
      }),
      ...(mail === undefined || done.has(MAIL) || isOnRequest(change)
        ? []
        : [kept(log, () => sendMail(change, mail))]),
    ]);
    const postponed = outcomes.filter((one) => one === 'postponed').length;
    if (postponed > 0)
      throw failure(
        'DeliveryPostponed',
        `${postponed} of ${outcomes.length} receivers did not take ${change.id}`,
      );
    return { delivered: outcomes.filter((one) => one === 'delivered').length };
  };
}

/** What a receiver of that kind opens stays open until it is told of the end. */
const keepsIncidents = ({ kind }: Webhook): boolean => kind === 'pagerduty';

/** A store or topic that fails postpones only its own part. */
async function kept<T extends string>(log: Telemetry, work: () => Promise<T>): Promise<T | 'postponed'> {
  try {
    return await work();
  } catch (error) {
    log.warn('not mailed or not recorded', { error: error instanceof Error ? error.name : 'Error' });
    return 'postponed';
  }
}

function deliver(
  ports: NotifierPorts,
  network: WebhookNetwork,
  webhook: Webhook,
  change: ChangeEvent,
  deadline: number,
): Promise<Delivery> {
  const { monotonic, pause, random } = ports;
  const attempt = (timeoutMs: number) => once(ports, network, webhook, change, timeoutMs);
  return send({ attempt, now: monotonic, deadline, pause, random });
}

function once(
  { now }: NotifierPorts,
  network: WebhookNetwork,
  webhook: Webhook,
  change: ChangeEvent,
  timeoutMs: number,
): Promise<Posted> {
  const at = now();
  const call = requestFor(webhook, change, at);
  if (call === undefined)
    throw new Error(`a change of the kind ${change.kind} is nothing for ${webhook.kind}`);
  return post(network, call.url, call, { timeoutMs, now: at });
}

/** Only once, so that the caller gets the result of exactly this try. */
async function tryWebhook(ports: NotifierPorts, webhook: Webhook | undefined): Promise<TestOutcome> {
  if (webhook === undefined) return { status: 'missing' };
  const event = sampleEvent(ports.fleet, ports.now());
  const posted = await once(ports, ports.network(), webhook, event, TRY_MS);
  if (posted.status === 'unanswered') return { status: 'unanswered', message: posted.message };
  const { code, excerpt } = posted;
  return { status: 'answered', code, taken: code >= 200 && code < 300, excerpt };
}

/** Never the URL, nor what the receiver says. */
function tell(log: Telemetry, { id, kind }: Webhook, delivery: Delivery): void {
  const { tries } = delivery;
  const fields = { webhook: id, kind, tries, ...(delivery.code !== undefined && { code: delivery.code }) };
  switch (delivery.status) {
    case 'delivered':
      log.info('webhook delivered', fields);
      log.metric('DeliveriesMade', 1, 'Count');
      return;
    case 'refused':
      log.error('webhook refused permanently', { ...fields, reason: delivery.reason });
      log.metric('DeliveriesRefused', 1, 'Count');
      return;
    case 'postponed':
      log.warn('webhook postponed', { ...fields, reason: delivery.reason });
      log.metric('DeliveriesPostponed', 1, 'Count');
      return;
    default:
      delivery satisfies never;
  }
}
