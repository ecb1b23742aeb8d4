import { createHmac, timingSafeEqual } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { newSecret } from '../../../lib/service/alerts/generic.ts';
import { createWebhookNetwork } from '../../../lib/service/alerts/network.ts';
import { createNotifier } from '../../../lib/service/alerts/notify.ts';
import type { Mail } from '../../../lib/service/ports/mail.ts';
import type { Telemetry } from '../../../lib/service/ports/telemetry.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import type { Webhook } from '../../../lib/service/state/webhooks.ts';
import { createWebhookStore } from '../../../lib/service/state/webhooks.ts';
import { type MemoryItems, memoryItems } from '../state/memory-items.ts';
import { change } from './change.ts';
import { type Answer, answering, type Got, inTurn, type Receiver, startReceiver } from './receiver.ts';

const NOW = Date.parse('2026-11-25T01:05:00Z');
const invocation = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 };
const enveloped = (detail: unknown) => ({
  version: '0',
  id: 'envelope',
  source: 'inbound-check',
  'detail-type': 'Inbound Check Change',
  detail,
});

let items: MemoryItems;
let mails: Mail[];
/** All that was logged and measured, as text. */
let log: string[];
let mailFails: boolean;
beforeEach(() => {
  items = memoryItems();
  mails = [];
  log = [];
  mailFails = false;
});

const recording = (fields: object): Telemetry => ({
  info: (message, more) => void log.push(JSON.stringify({ level: 'info', message, ...fields, ...more })),
  warn: (message, more) => void log.push(JSON.stringify({ level: 'warn', message, ...fields, ...more })),
  error: (message, more) => void log.push(JSON.stringify({ level: 'error', message, ...fields, ...more })),
  metric: (name, value) => void log.push(JSON.stringify({ metric: name, value })),
  with: (more) => recording({ ...fields, ...more }),
});

function notifier() {
  const pauses: number[] = [];
  const handle = createNotifier({
    fleet: 'inbound-check',
    items,
    mail: async (mail) => {
      if (mailFails) throw failure('StoreFailed', 'publish to the topic: InternalError');
      mails.push(mail);
      return 'delivered';
    },
    network: () => createWebhookNetwork({ allowPrivate: true, servers: ['127.0.0.1:1'] }),
    telemetry: recording({}),
    now: () => NOW,
    monotonic: () => performance.now(),
    pause: async (ms) => void pauses.push(ms),
    random: () => 0.5,
  });
  return { handle: (event: unknown) => handle(event, invocation), pauses };
}

async function register(id: string, answer: Answer, different: Partial<Webhook> = {}): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  await createWebhookStore(items).put({
    id,
    kind: 'slack',
    url: `http://127.0.0.1:${receiver.port}/services/T0/B0/SECRET-${id}`,
    changedBy: 'arn:aws:iam::111122223333:user/op',
    changedAt: '2026-11-25T00:00:00.000Z',
    ...different,
  });
  return receiver;
}

/** As a receiver does by the specification, knowing nothing of the code that signs. */
function verifies({ headers, body }: Got, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64'));
  return String(headers['webhook-signature'])
    .split(' ')
    .map((one) => one.split(','))
    .some(
      ([version, signature = '']) =>
        version === 'v1' &&
        Buffer.byteLength(signature) === expected.length &&
        timingSafeEqual(Buffer.from(signature), expected),
    );
}

describe('a change', () => {
  it('goes to each kind of webhook in its own form, and to the mail topic', async () => {
    const secret = newSecret();
    const slack = await register('slack', answering(200, {}, 'ok'));
    const teams = await register('teams', answering(202), { kind: 'teams' });
    const generic = await register('generic', answering(204), { kind: 'generic', secret });
    expect(await notifier().handle(enveloped(change()))).toEqual({ delivered: 4 });
    expect(JSON.parse(slack.got[0]?.body ?? '')).toHaveProperty('blocks');
    expect(JSON.parse(teams.got[0]?.body ?? '')).toMatchObject({ type: 'message' });
    expect(slack.got[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^inbound-check\//),
    });
    const [got] = generic.got;
    expect(ChangeEvent.parse(JSON.parse(got?.body ?? ''))).toEqual(change());
    expect(got?.headers).toMatchObject({
      'webhook-id': change().id,
      'webhook-timestamp': String(NOW / 1_000),
    });
    expect(got !== undefined && verifies(got, secret)).toBe(true);
    expect(got !== undefined && verifies({ ...got, body: `${got.body} ` }, secret)).toBe(false);
    expect(got !== undefined && verifies(got, newSecret())).toBe(false);
    expect(mails).toMatchObject([{ subject: expect.stringContaining('Shop') }]);
  });

  it('goes to those alone who want it', async () => {
    const wanting = await register('wanting', answering(200), { targets: ['sh*'] });
    const other = await register('other', answering(200), { targets: ['mail'] });
    const calm = await register('calm', answering(200), { kinds: ['recovered'] });
    await notifier().handle(enveloped(change()));
    expect([wanting, other, calm].map(({ got }) => got.length)).toEqual([1, 0, 0]);
  });

  it('goes to nobody twice, however often the bus brings it', async () => {
    const receiver = await register('one', answering(200));
    await notifier().handle(enveloped(change()));
    expect(await notifier().handle(enveloped(change()))).toEqual({ delivered: 0 });
    expect(receiver.got).toHaveLength(1);
    expect(mails).toHaveLength(1);
    await notifier().handle(enveloped(change({ id: 'f'.repeat(32) })));
    expect(receiver.got).toHaveLength(2);
  });

  it('is brought again to those alone who did not take it', async () => {
    const taking = await register('taking', answering(200));
    const ill = await register('ill', inTurn(...Array<Answer>(4).fill(answering(503)), answering(200)));
    const gone = await register('gone', answering(410));
    const first = notifier();
    await expect(first.handle(enveloped(change()))).rejects.toMatchObject({ name: 'DeliveryPostponed' });
    expect(first.pauses).toEqual([500, 1_000, 2_000]);
    expect(ill.got).toHaveLength(4);
    expect(await notifier().handle(enveloped(change()))).toEqual({ delivered: 1 });
    expect([taking, ill, gone].map(({ got }) => got.length)).toEqual([1, 5, 1]);
    expect(mails).toHaveLength(1);
  });

  it('is mailed again when the topic did not take it, and sent to no webhook for that', async () => {
    const receiver = await register('one', answering(200));
    mailFails = true;
    await expect(notifier().handle(enveloped(change()))).rejects.toMatchObject({ name: 'DeliveryPostponed' });
    mailFails = false;
    await notifier().handle(enveloped(change()));
    expect(receiver.got).toHaveLength(1);
    expect(mails).toHaveLength(1);
  });

  it('waits for nobody who is slow', async () => {
    // The first answers when the second has got it: one after the other would never end.
    let second: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      second = resolve;
    });
    await register('a', (response) => void reached.then(() => response.end()));
    await register('b', (response) => {
      second();
      response.end();
    });
    expect(await notifier().handle(enveloped(change()))).toEqual({ delivered: 3 });
  });

  it('that is none is refused, so that it ends where somebody looks', async () => {
    for (const event of [
      {},
      enveloped({}),
      enveloped({ ...change(), schema: 'x' }),
      { testWebhook: 'a', b: 1 },
    ])
      await expect(notifier().handle(event)).rejects.toMatchObject({ name: 'StepContractBroken' });
    expect(mails).toEqual([]);
  });
});

describe('PagerDuty and ntfy', () => {
  const key = 'k'.repeat(32);
  const alert = (state: 'open' | 'closed') => ({ key: '0'.repeat(32), state }) as const;
  const failing = change({ alert: alert('open') });
  const part = change({
    id: '1'.repeat(32),
    kind: 'recovered',
    at: '2026-11-25T01:10:00.000Z',
    alert: alert('open'),
  });
  const recovered = change({
    id: '2'.repeat(32),
    kind: 'recovered',
    at: '2026-11-25T01:20:00.000Z',
    alert: alert('closed'),
  });
  const actions = ({ got }: Receiver) =>
    got.map(({ body }) => {
      const { event_action, dedup_key } = JSON.parse(body) as Record<string, unknown>;
      return [event_action, dedup_key];
    });

  it('open an incident, say nothing of a part of it, and close it by the same key', async () => {
    const receiver = await register('oncall', answering(202), { kind: 'pagerduty', key });
    for (const event of [failing, part, recovered]) await notifier().handle(enveloped(event));
    expect(actions(receiver)).toEqual([
      ['trigger', '0'.repeat(32)],
      ['resolve', '0'.repeat(32)],
    ]);
    expect(receiver.got[0]?.body).toContain(`"routing_key":"${key}"`);
    expect(log.join('\n')).not.toContain(key);
  });

  it('open none whose end was sent while the beginning had to wait; the next one opens again', async () => {
    const receiver = await register(
      'oncall',
      inTurn(...Array<Answer>(4).fill(answering(503)), answering(202)),
      {
        kind: 'pagerduty',
        key,
      },
    );
    const slack = await register('chat', answering(200));
    await expect(notifier().handle(enveloped(failing))).rejects.toMatchObject({ name: 'DeliveryPostponed' });
    await notifier().handle(enveloped(recovered));
    await notifier().handle(enveloped(failing));
    expect(actions(receiver).slice(4)).toEqual([['resolve', '0'.repeat(32)]]);
    expect(slack.got).toHaveLength(2);
    const next = { ...failing, id: '3'.repeat(32), at: '2026-11-25T01:30:00.000Z' };
    await notifier().handle(enveloped(next));
    expect(actions(receiver).slice(5)).toEqual([['trigger', '0'.repeat(32)]]);
  });

  it('get a message at the root of the server, with the token in its header alone', async () => {
    const receiver = await register('phone', answering(200), { kind: 'ntfy', key: 'tk_SECRET' });
    await createWebhookStore(items).put({
      id: 'phone',
      kind: 'ntfy',
      url: `http://127.0.0.1:${receiver.port}/ops`,
      key: 'tk_SECRET',
      changedBy: 'op',
      changedAt: '2026-11-25T00:00:00.000Z',
    });
    await notifier().handle(enveloped(failing));
    expect(receiver.got[0]).toMatchObject({ path: '/', headers: { authorization: 'Bearer tk_SECRET' } });
    expect(JSON.parse(receiver.got[0]?.body ?? '')).toMatchObject({ topic: 'ops', priority: 5 });
    expect(receiver.got[0]?.body + log.join('\n')).not.toContain('SECRET');
  });
});

describe('the log', () => {
  it('says what came of each and holds no URL, no secret and no word of a receiver', async () => {
    const secret = newSecret();
    await register('taken', answering(200, {}, 'RECEIVER-SAYS'));
    await register('gone', answering(404, {}, 'RECEIVER-SAYS'));
    await register('ill', answering(500, {}, 'RECEIVER-SAYS'), { kind: 'generic', secret });
    await register('unreachable', answering(200), {
      url: 'https://127.0.0.1:1/SECRET-unreachable?token=SECRET',
    });
    await register('named', answering(200), { url: 'https://secret-host.invalid./SECRET' });
    const error = await notifier()
      .handle(enveloped(change()))
      .catch((thrown: unknown) => thrown);
    const text = [...log, error instanceof Error ? `${error.message}${error.stack}` : ''].join('\n');
    for (const [webhook, level] of [
      ['taken', 'info'],
      ['gone', 'error'],
      ['ill', 'warn'],
      ['unreachable', 'warn'],
      ['named', 'warn'],
    ])
      expect(log.map((line) => JSON.parse(line) as object)).toContainEqual(
        expect.objectContaining({ webhook, level, eventId: change().id, requestId: 'request-1' }),
      );
    for (const metric of ['DeliveriesMade', 'DeliveriesRefused', 'DeliveriesPostponed'])
      expect(text).toContain(`"metric":"${metric}"`);
    expect(text).not.toMatch(/SECRET|secret-host|https?:\/\/|whsec_|RECEIVER-SAYS|127\.0\.0\.1/);
    expect(text).not.toContain(secret.slice(6));
  });
});

describe('trying a webhook', () => {
  it('sends a sample once and gives what the receiver answered', async () => {
    const receiver = await register('a', answering(403, {}, 'invalid_token'));
    expect(await notifier().handle({ testWebhook: 'a' })).toEqual({
      status: 'answered',
      code: 403,
      taken: false,
      excerpt: 'invalid_token',
    });
    expect(receiver.got).toHaveLength(1);
    expect(receiver.got[0]?.body).toContain('nothing has happened');
    expect(items.all().map(({ pk }) => pk)).toEqual(['WEBHOOK#a']);
    expect(mails).toEqual([]);
  });

  it('does not try twice, and sends another event each time', async () => {
    const secret = newSecret();
    const receiver = await register('a', answering(503), {
      kind: 'generic',
      secret,
      minSeverity: 'critical',
    });
    for (let times = 0; times < 2; times += 1)
      expect(await notifier().handle({ testWebhook: 'a' })).toMatchObject({ code: 503, taken: false });
    expect(receiver.got).toHaveLength(2);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    expect(receiver.got.every((got) => verifies(got, secret))).toBe(true);
  });

  it('reports when there is no such webhook, or nobody answers', async () => {
    expect(await notifier().handle({ testWebhook: 'none' })).toEqual({ status: 'missing' });
    await register('a', answering(200), { url: 'https://127.0.0.1:1/' });
    expect(await notifier().handle({ testWebhook: 'a' })).toEqual({
      status: 'unanswered',
      message: 'no connection (refused)',
    });
  });
});
