/** The route that IAM does not judge, as an attacker sees it. */
import { describe, expect, it } from 'vitest';
import { createRouter } from '../../../lib/service/api/router.ts';
import { answerSource } from '../../../lib/service/api/source-route.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { tokenReflector } from '../../../lib/service/runs/reflectors.ts';
import { makeReflectorToken } from '../../../lib/service/state/reflector-tokens.ts';
import { newToken } from '../../../lib/service/state/share-token.ts';
import { invocation, memoryTelemetry, vantage } from '../runs/ports.ts';
import { memoryItems } from '../state/memory-items.ts';

const NOW = Date.parse('2026-03-01T10:02:11.000Z');

function api({ items = memoryItems(), now = NOW } = {}) {
  const router = createRouter({
    routes: [],
    telemetry: memoryTelemetry(),
    source: answerSource({ items, now: () => now }),
  });
  const get = (token: string, routeKey = 'GET /source/{token}') =>
    router(
      {
        version: '2.0',
        routeKey,
        rawPath: `/source/${token}`,
        headers: { 'x-forwarded-for': '203.0.113.99', forwarded: 'for=203.0.113.99' },
        requestContext: { http: { method: 'GET', sourceIp: '198.51.100.7' } },
      },
      invocation(),
    );
  return { items, get };
}

describe('with a live token', () => {
  it('it says the address of the connection, whatever headers claim, and is not kept', async () => {
    const { items, get } = api();
    expect(await get(await makeReflectorToken(items, NOW))).toEqual({
      statusCode: 200,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      },
      body: '198.51.100.7\n',
    });
  });

  it('it answers once, also for two who come at the same moment', async () => {
    const { items, get } = api();
    const token = await makeReflectorToken(items, NOW);
    const answers = await Promise.all([get(token), get(token), get(token)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404, 404]);
    expect(items.all()).toEqual([]);
  });

  it('of which the table holds the hash alone, until it forgets it', async () => {
    const { items } = api();
    const token = await makeReflectorToken(items, NOW);
    expect(JSON.stringify(items.all())).not.toContain(token);
    expect(items.all()).toMatchObject([{ sk: 'TOKEN', ttl: NOW / 1_000 + 900 }]);
  });
});

describe('without one', () => {
  it('used, too old and never made look the same', async () => {
    const { items, get } = api();
    const used = await makeReflectorToken(items, NOW);
    await get(used);
    const old = await makeReflectorToken(items, NOW - 15 * 60_000);
    const answers = [await get(used), await get(old), await get(newToken())];
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]).toMatchObject({ statusCode: 404, headers: { 'cache-control': 'no-store' } });
    expect(JSON.stringify(answers)).not.toContain('198.51.100.7');
  });

  it('what can’t be a token costs no look into the table', async () => {
    const items = memoryItems();
    let looks = 0;
    const { get } = api({
      items: {
        ...items,
        get: (key) => {
          looks += 1;
          return items.get(key);
        },
      },
    });
    for (const token of [
      '',
      'x',
      '../fleet',
      'A'.repeat(42),
      'A'.repeat(44),
      `${'A'.repeat(42)}!`,
      'Ä'.repeat(43),
    ])
      expect(await get(token)).toMatchObject({ statusCode: 404 });
    expect(looks).toBe(0);
  });

  it('another route does not lead there', async () => {
    const { items, get } = api();
    const token = await makeReflectorToken(items, NOW);
    expect(await get(token, 'ANY /{unknown+}')).toMatchObject({ statusCode: 404 });
    expect(await get(token)).toMatchObject({ statusCode: 200 });
  });
});

it('says when the table is out of reach, and tells no more', async () => {
  const items = memoryItems();
  const { get } = api({
    items: { ...items, get: () => Promise.reject(failure('StoreFailed', 'secret reason')) },
  });
  const answer = await get(newToken());
  expect(answer).toMatchObject({ statusCode: 503 });
  expect(answer.body).not.toContain('secret');
});

it('gives each question of a vantage a token of its own', async () => {
  const items = memoryItems();
  const asks = await tokenReflector(
    'https://api.example/source/',
    items,
    () => NOW,
  )(vantage('eu-west-1', { families: [4, 6] }));
  expect(asks.map(({ family }) => family)).toEqual([4, 6]);
  expect(new Set(asks.map(({ url }) => url)).size).toBe(2);
  const { get } = api({ items });
  for (const { url } of asks)
    expect(await get(url.replace('https://api.example/source/', ''))).toMatchObject({ statusCode: 200 });
});
