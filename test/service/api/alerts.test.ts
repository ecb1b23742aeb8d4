import { beforeEach, describe, expect, it } from 'vitest';
import { alertsHandlers } from '../../../lib/service/api/alerts.ts';
import type { ApiAnswer } from '../../../lib/service/api/http-event.ts';
import { routesOf } from '../../../lib/service/api/route.ts';
import { createRouter } from '../../../lib/service/api/router.ts';
import { alertsContracts } from '../../../lib/service/contracts/alerts.ts';
import type { Telemetry } from '../../../lib/service/ports/telemetry.ts';
import type { TryWebhook } from '../../../lib/service/ports/webhook-trial.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { createWebhookStore, MAX_WEBHOOKS } from '../../../lib/service/state/webhooks.ts';
import { type MemoryItems, memoryItems } from '../state/memory-items.ts';

const ARN = 'arn:aws:iam::111122223333:user/op';
const URL = 'https://hooks.slack.com/services/T000/B000/SECRET';
let items: MemoryItems;
let log: string[];
beforeEach(() => {
  items = memoryItems();
  log = [];
});

const recording: Telemetry = {
  info: (...said) => void log.push(JSON.stringify(said)),
  warn: (...said) => void log.push(JSON.stringify(said)),
  error: (...said) => void log.push(JSON.stringify(said)),
  metric: () => undefined,
  with: () => recording,
};

const never: TryWebhook = () => Promise.reject(new Error('not asked for'));

/** Asks as API Gateway does. */
async function ask(method: string, path: string, body?: unknown, tryWebhook = never) {
  const router = createRouter({
    routes: routesOf(
      alertsContracts,
      alertsHandlers({ items, tryWebhook, now: () => Date.parse('2026-11-25T00:00:00Z') }),
    ),
    telemetry: recording,
  });
  const answer: ApiAnswer = await router(
    {
      version: '2.0',
      rawPath: path,
      rawQueryString: '',
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method }, authorizer: { iam: { userArn: ARN } } },
      ...(body !== undefined && { body: JSON.stringify(body), isBase64Encoded: false }),
      isBase64Encoded: false,
    },
    { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 },
  );
  const text = 'body' in answer ? String(answer.body) : '';
  return { status: answer.statusCode, text, value: text === '' ? undefined : JSON.parse(text) };
}

describe('a webhook', () => {
  it('is registered, listed without its path, and removed', async () => {
    const asked = { kind: 'slack', url: URL, targets: ['shop*'], kinds: ['failing'], minSeverity: 'warning' };
    const shown = {
      id: 'ops',
      kind: 'slack',
      url: 'https://hooks.slack.com/…',
      targets: ['shop*'],
      kinds: ['failing'],
      minSeverity: 'warning',
      changedBy: ARN,
      changedAt: '2026-11-25T00:00:00.000Z',
    };
    expect(await ask('PUT', '/webhooks/ops', asked)).toMatchObject({ status: 200, value: shown });
    expect((await ask('GET', '/webhooks')).value).toEqual({ webhooks: [shown] });
    expect(await createWebhookStore(items).get('ops')).toMatchObject({ url: URL });
    expect((await ask('DELETE', '/webhooks/ops')).status).toBe(204);
    expect((await ask('DELETE', '/webhooks/ops')).status).toBe(404);
    expect((await ask('GET', '/webhooks')).value).toEqual({ webhooks: [] });
  });

  it('of the generic kind shows its secret once, and a new one when asked for', async () => {
    const first = await ask('PUT', '/webhooks/a', { kind: 'generic', url: 'https://a.example.com/hook' });
    expect(first.value.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await ask('GET', '/webhooks')).text).not.toContain('whsec_');
    const again = await ask('PUT', '/webhooks/a', { kind: 'generic', minSeverity: 'critical' });
    expect(again.value).not.toHaveProperty('secret');
    expect(await createWebhookStore(items).get('a')).toMatchObject({
      secret: first.value.secret,
      url: 'https://a.example.com/hook',
    });
    const renewed = await ask('PUT', '/webhooks/a', { kind: 'generic', newSecret: true });
    expect(renewed.value.secret).toMatch(/^whsec_/);
    expect(renewed.value.secret).not.toBe(first.value.secret);
  });

  it('that becomes one of another kind needs another URL, and keeps no secret', async () => {
    await ask('PUT', '/webhooks/a', { kind: 'generic', url: 'https://a.example.com/hook' });
    expect(await ask('PUT', '/webhooks/a', { kind: 'slack' })).toMatchObject({
      status: 400,
      value: { at: 'body.url' },
    });
    await ask('PUT', '/webhooks/a', { kind: 'slack', url: URL });
    expect(JSON.stringify(items.all())).not.toContain('whsec_');
  });

  it('of PagerDuty has its key in place of a URL, and shows neither', async () => {
    const key = 'a1'.repeat(16);
    const made = await ask('PUT', '/webhooks/oncall', { kind: 'pagerduty', key });
    expect(made).toMatchObject({ status: 200, value: { url: 'https://events.pagerduty.com/…' } });
    const eu = { kind: 'pagerduty', url: 'https://events.eu.pagerduty.com/v2/enqueue' };
    // A key goes to no host but the one that it was given for.
    expect(await ask('PUT', '/webhooks/oncall', eu)).toMatchObject({
      status: 400,
      value: { at: 'body.key' },
    });
    await ask('PUT', '/webhooks/oncall', { ...eu, key });
    expect(await createWebhookStore(items).get('oncall')).toMatchObject({ ...eu, key });
    expect(made.text + (await ask('GET', '/webhooks')).text + log.join('')).not.toContain(key);
    for (const wrong of [undefined, '', 'SECRET', 'a1'.repeat(15), 'ä'.repeat(32)]) {
      const refused = await ask('PUT', '/webhooks/other', { kind: 'pagerduty', key: wrong });
      expect(refused).toMatchObject({ status: 400, value: { at: 'body.key' } });
      expect(refused.text).not.toContain('SECRET');
    }
  });

  it('of ntfy has a topic, and a token if it needs one', async () => {
    const url = 'https://ntfy.sh/my-topic';
    await ask('PUT', '/webhooks/phone', { kind: 'ntfy', url, key: 'tk_SECRET' });
    await ask('PUT', '/webhooks/phone', { kind: 'ntfy', minSeverity: 'critical' });
    expect(await createWebhookStore(items).get('phone')).toMatchObject({ url, key: 'tk_SECRET' });
    // Another host does not get the token of this one.
    await ask('PUT', '/webhooks/other', { kind: 'ntfy', url, key: 'tk_SECRET' });
    await ask('PUT', '/webhooks/other', { kind: 'ntfy', url: 'https://collector.example.com/my-topic' });
    expect(await createWebhookStore(items).get('other')).not.toHaveProperty('key');
    await ask('DELETE', '/webhooks/other');
    await ask('PUT', '/webhooks/phone', { kind: 'ntfy', key: '' });
    expect(JSON.stringify(items.all())).not.toContain('SECRET');
    for (const wrong of [
      'https://ntfy.sh/',
      'https://ntfy.sh/a/b',
      'https://ntfy.sh/a?b=c',
      'https://ntfy.sh/%41',
    ])
      expect(await ask('PUT', '/webhooks/other', { kind: 'ntfy', url: wrong })).toMatchObject({
        status: 400,
        value: { at: 'body.url' },
      });
    expect(await ask('PUT', '/webhooks/other', { kind: 'ntfy', url, key: 'a\r\nb: c' })).toMatchObject({
      status: 400,
      value: { at: 'body.key' },
    });
    expect(await ask('PUT', '/webhooks/other', { kind: 'slack', url: URL, key: 'x' })).toMatchObject({
      status: 400,
      value: { at: 'body.key' },
    });
  });

  it.each([
    ['http://hooks.example.com/SECRET', 'https://'],
    ['ftp://hooks.example.com/SECRET', 'https://'],
    ['hooks.example.com/SECRET', 'https://'],
    ['https://user:SECRET@hooks.example.com/', 'user name'],
    ['https://hooks.example.com/#SECRET', '#'],
    ['https://127.0.0.1/SECRET', 'loopback'],
    ['https://0x7f.1/SECRET', 'loopback'],
    ['https://2130706433/SECRET', 'loopback'],
    ['https://127。0。0。1/SECRET', 'loopback'],
    ['https://[::1]/SECRET', 'loopback'],
    ['https://[::ffff:10.0.0.1]/SECRET', 'IPv4-mapped'],
    ['https://10.1.2.3/SECRET', 'private'],
    ['https://169.254.169.254/SECRET', 'metadata'],
    ['https://localhost/SECRET', 'localhost'],
    ['https://a.localhost./SECRET', 'localhost'],
    ['https://db.internal/SECRET', 'internal'],
    ['https://kubernetes.default.svc/SECRET', '.svc is no top-level domain'],
    ['https://kubernetes.default.svc./SECRET', '.svc is no top-level domain'],
    ['https://api.default.svc.cluster.local/SECRET', '.local names'],
    ['https://vault.service.consul/SECRET', '.consul is no top-level domain'],
    ['https://nas.lan/SECRET', '.lan is no top-level domain'],
    ['https://ad.corp/SECRET', '.corp is no top-level domain'],
    ['https://hooks.test/SECRET', '.test names'],
    ['https://hooks.invalid/SECRET', '.invalid names'],
    ['https://hooks.onion/SECRET', '.onion names'],
    ['https://hooks.alt/SECRET', '.alt names'],
    ['https://router.home.arpa/SECRET', '.arpa names'],
    ['https://kubernetes/SECRET', 'a name without a dot'],
    ['https://printer.local/SECRET', 'local'],
    ['https://intranet/SECRET', 'without a dot'],
    [`https://hooks.example.com/SECRET${'x'.repeat(2_000)}`, 'url'],
  ])('is refused at %s, in words that do not repeat it', async (url, word) => {
    const refused = await ask('PUT', '/webhooks/a', { kind: 'generic', url });
    expect(refused).toMatchObject({ status: 400, value: { at: 'body.url' } });
    expect(refused.value.detail.toLowerCase()).toContain(word.toLowerCase());
    expect(refused.text + log.join('')).not.toContain('SECRET');
    expect(items.all()).toEqual([]);
  });

  it.each([
    ['an id that is none', '/webhooks/A_b', { kind: 'slack', url: URL }],
    ['an unknown kind', '/webhooks/a', { kind: 'pager', url: URL }],
    ['a field that nobody knows', '/webhooks/a', { kind: 'slack', url: URL, channel: '#x' }],
    ['too many stars', '/webhooks/a', { kind: 'slack', url: URL, targets: ['*a*b*c*d*e*'] }],
    ['no target at all', '/webhooks/a', { kind: 'slack', url: URL, targets: [] }],
    ['no URL', '/webhooks/a', { kind: 'slack' }],
  ])('is refused with %s', async (_, path, body) => {
    expect((await ask('PUT', path, body)).status).toBe(400);
    expect(items.all()).toEqual([]);
  });

  it('is one of so many', async () => {
    for (let n = 0; n < MAX_WEBHOOKS; n += 1)
      expect((await ask('PUT', `/webhooks/w${n}`, { kind: 'slack', url: URL })).status).toBe(200);
    expect((await ask('PUT', '/webhooks/more', { kind: 'slack', url: URL })).status).toBe(409);
    expect((await ask('PUT', '/webhooks/w0', { kind: 'slack', url: URL })).status).toBe(200);
  });

  it('is in no log', async () => {
    const made = await ask('PUT', '/webhooks/a', { kind: 'generic', url: URL });
    await ask('GET', '/webhooks');
    expect(log).not.toEqual([]);
    expect(log.join('')).not.toContain('SECRET');
    expect(log.join('')).not.toContain(made.value.secret);
  });
});

describe('testing a webhook', () => {
  it('gives what the notifier was answered', async () => {
    const outcome = { status: 'answered', code: 403, taken: false, excerpt: 'invalid_token' } as const;
    expect(await ask('POST', '/webhooks/a/test', undefined, async () => outcome)).toMatchObject({
      status: 200,
      value: outcome,
    });
  });

  it('knows a webhook that is not there from a notifier that is not there', async () => {
    expect(
      (await ask('POST', '/webhooks/a/test', undefined, async () => ({ status: 'missing' }))).status,
    ).toBe(404);
    const down: TryWebhook = () => Promise.reject(failure('StoreFailed', 'invoke the notifier: timeout'));
    expect((await ask('POST', '/webhooks/a/test', undefined, down)).status).toBe(503);
  });
});
