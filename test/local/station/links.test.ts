/** Links of a station: where they are made, who may open them, and what those who guess find. */
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenPages } from '../../../lib/local/station/http/open-pages.ts';
import { createBaseUrlCheck } from '../../../lib/local/station/links/base-url-check.ts';
import { forgetShares } from '../../../lib/local/station/links/forget-shares.ts';
import { createLinkPages } from '../../../lib/local/station/links/link-pages.ts';
import { stationSharesHandlers } from '../../../lib/local/station/links/share-handlers.ts';
import { CreatedShare, ShareRequest } from '../../../lib/service/contracts/shares.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';
import { ADA, sharing } from '../../service/share/fixture.ts';
import { newFolder } from './running-station.ts';

const caller = { arn: ADA, principal: ADA };
const baseUrl = new URL('https://checks.example.com');
const request = (path: string, more: Partial<Parameters<OpenPages>[0]> = {}) => ({
  method: 'GET',
  path,
  query: '',
  headers: {},
  client: '192.0.2.7',
  readBody: async () => ({ text: '' }),
  ...more,
});

/** A check whose question goes through `way` to the station's own pages, and the change records of it. */
function checking(way: (pages: OpenPages, url: URL) => Promise<string>) {
  const clock = { now: 0 };
  const changes: (string | undefined)[] = [];
  const asked: URL[] = [];
  let nonces = 0;
  const check = createBaseUrlCheck({
    baseUrl,
    ask: (url) => {
      asked.push(url);
      return way(check.pages, url);
    },
    newNonce: () => {
      nonces += 1;
      return `abc${nonces}`;
    },
    elapsed: () => clock.now,
    telemetry: memoryTelemetry(),
    changed: (trouble) => void changes.push(trouble),
  });
  return { check, clock, changes, asked };
}
const through = async (pages: OpenPages, url: URL): Promise<string> => {
  const answer = await pages(request(url.pathname, { query: url.search.slice(1), client: '203.0.113.5' }));
  return answer?.body ?? '{"status":"ok"}';
};

describe('whether the base URL leads to the station', () => {
  it('is asked through it, with a word that has to arrive here and to come back', async () => {
    const { check, asked, changes } = checking(through);
    expect(await check.trouble()).toBeUndefined();
    expect(asked.map(String)).toEqual(['https://checks.example.com/health?check=abc1']);
    expect(changes).toEqual([undefined]);
  });

  it.each<[string, (pages: OpenPages, url: URL) => Promise<string>, RegExp]>([
    [
      'nobody answers',
      () => Promise.reject(new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
      /^nothing arrived here, and the answer was: connect ECONNREFUSED$/,
    ],
    [
      'another station answers, whose /health looks the same',
      async () => '{"status":"ok"}',
      /^something else answers there$/,
    ],
    [
      'something answers that repeats the question',
      async (_, url) => url.search,
      /^something else answers there$/,
    ],
    [
      'the answer is another one',
      async (pages, url) => {
        await through(pages, url);
        return 'sign in';
      },
      /another answer came back/,
    ],
    [
      'the answer gets lost',
      async (pages, url) => {
        await through(pages, url);
        throw new Error('socket hang up');
      },
      /its answer did not come back: socket hang up/,
    ],
  ])('is no when %s', async (_, way, words) => {
    const { check } = checking(way);
    expect(await check.trouble()).toMatch(words);
  });

  it('is looked at again: soon after a no, later after a yes, and once for all who ask at the same time', async () => {
    let isUp = false;
    const { check, clock, asked, changes } = checking(async (pages, url) => {
      if (!isUp) throw new Error('down');
      return through(pages, url);
    });
    const both = await Promise.all([check.trouble(), check.trouble()]);
    expect([both[0] === both[1], asked.length]).toEqual([true, 1]);
    isUp = true;
    clock.now = 4_999;
    expect(await check.trouble()).toBe(both[0]);
    clock.now = 5_000;
    expect(await check.trouble()).toBeUndefined();
    isUp = false;
    clock.now = 604_999;
    expect(await check.trouble()).toBeUndefined();
    expect(asked).toHaveLength(2);
    clock.now = 605_000;
    expect(await check.trouble()).toBeDefined();
    expect(changes.map((trouble) => trouble === undefined)).toEqual([false, true, false]);
  });

  it('tells nobody else that a word has arrived', async () => {
    const { check } = checking(through);
    await check.trouble();
    for (const query of ['check=abc1', 'check=', 'check=zz', ''])
      expect(await check.pages(request('/health', { query }))).toBeUndefined();
  });
});

async function station(trouble?: string) {
  const at = await sharing();
  const clock = { elapsed: 0 };
  const handlers = stationSharesHandlers(at.ports, { baseUrl, check: { trouble: async () => trouble } });
  const create = async (body: Record<string, unknown>) =>
    handlers.createShare({ params: undefined, query: undefined, body: ShareRequest.parse(body), caller });
  const revoke = async (id: string) =>
    handlers.revokeShare({ params: { id }, query: undefined, body: undefined, caller });
  const pages = createLinkPages({
    items: at.items,
    store: at.store,
    telemetry: at.telemetry,
    now: () => at.clock.now,
    runs: at.runs,
    offices: at.offices,
    elapsed: () => clock.elapsed,
  });
  return { ...at, elapsed: clock, create, revoke, pages };
}

async function made(answer: Awaited<ReturnType<Awaited<ReturnType<typeof station>>['create']>>) {
  const share = CreatedShare.parse(answer.ok ? answer.value : undefined);
  return { ...share, path: new URL(share.url).pathname };
}

describe('the links of a station', () => {
  it('begin with the base URL, and open the page and its data', async () => {
    const { create, pages } = await station();
    const { url, path } = await made(await create({ runId: 'run-1' }));
    expect(url).toMatch(/^https:\/\/checks\.example\.com\/s\/[A-Za-z0-9_-]{43}$/);
    const page = await pages(request(path));
    expect(page).toMatchObject({
      statusCode: 200,
      headers: {
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      },
    });
    expect(page?.body).toContain('<!doctype html>');
    const zipped = await pages(request(path, { headers: { 'accept-encoding': 'gzip' } }));
    expect(zipped).toMatchObject({ headers: { 'content-encoding': 'gzip' }, isBase64Encoded: true });
    expect(JSON.parse((await pages(request(`${path}.json`)))?.body ?? '')).toHaveProperty('signature');
    expect(await pages(request('/robots.txt'))).toMatchObject({ statusCode: 200 });
    expect(await pages(request('/targets'))).toBeUndefined();
  });

  it.each([
    ['there is no base URL', undefined, 'this station has no --base-url'],
    [
      'it does not lead here',
      'something else answers there',
      'https://checks.example.com does not lead to this station: something else answers there',
    ],
  ])('are not made where %s, and the answer says how to save the page', async (_, trouble, why) => {
    const { ports } = await sharing();
    const links = trouble === undefined ? undefined : { baseUrl, check: { trouble: async () => trouble } };
    const handlers = stationSharesHandlers(ports, links);
    const body = ShareRequest.parse({ runId: 'run-1' });
    expect(await handlers.createShare({ params: undefined, query: undefined, body, caller })).toMatchObject({
      ok: false,
      problem: {
        status: 409,
        at: 'links',
        detail: `Save signed page: inbound-check run --follow run-1 --no-share --output report.html (a link would open for nobody: ${why})`,
      },
    });
  });

  it('look the same when they never were, were closed, have ended, or can’t be', async () => {
    const { create, revoke, pages, clock } = await station();
    const closed = await made(await create({ runId: 'run-1' }));
    await revoke(closed.id);
    const ended = await made(await create({ runId: 'run-1', days: 1 }));
    clock.now += 86_400_000;
    const answers = await Promise.all(
      [`/s/${'x'.repeat(43)}`, closed.path, ended.path, '/s/', '/s/../etc/passwd', `${ended.path}.json`].map(
        (path) => pages(request(path)),
      ),
    );
    expect(answers[0]).toMatchObject({ statusCode: 404 });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('can’t be guessed at: after 30 that lead nowhere a client waits, and nobody else does', async () => {
    const { create, pages, elapsed } = await station();
    const { path } = await made(await create({ runId: 'run-1' }));
    for (let guess = 10; guess < 40; guess += 1) {
      elapsed.elapsed += 100;
      expect(await pages(request(`/s/${'x'.repeat(41)}${guess}`))).toMatchObject({ statusCode: 404 });
    }
    // Not even what is there tells itself apart.
    const waiting = await pages(request(path));
    expect(waiting).toMatchObject({ statusCode: 429, headers: { 'retry-after': '58' } });
    expect((await pages(request(path, { client: '192.0.2.8' })))?.statusCode).toBe(200);
    elapsed.elapsed += 58_000;
    expect((await pages(request(path)))?.statusCode).toBe(200);
  });

  it('show an office the address of its client, and nothing that a header says of it', async () => {
    const { create, pages } = await station();
    const endpoint = sampleFleetReport.endpoints.find(({ kind }) => kind === 'https')?.id ?? '';
    const { path } = await made(await create({ runId: 'run-1', office: { endpoint } }));
    const headers = { 'x-visitor-address': '192.0.2.66', 'cloudfront-viewer-address': '192.0.2.66:1' };
    const page = await pages(request(path, { client: '198.51.100.20', headers }));
    expect(page?.body).toContain('<code>198.51.100.20</code>');
    expect(page?.body).not.toContain('192.0.2.66');
    expect((await pages(request(path, { client: 'unknown' })))?.body).toContain('not known');
  });

  it('leave no token in the log', async () => {
    const { create, pages, telemetry } = await station();
    const { path } = await made(await create({ runId: 'run-1' }));
    await pages(request(path));
    expect(JSON.stringify(telemetry.lines)).toContain('link opened');
    expect(JSON.stringify(telemetry.lines)).not.toContain(path.slice(3));
  });
});

it('copies of links go when no link to them can be valid any more', async () => {
  const folder = newFolder();
  const kept = '0'.repeat(16);
  const now = Date.parse('2026-06-01T00:00:00Z');
  for (const [name, age] of Object.entries({ [kept]: 90, ['1'.repeat(16)]: 92, other: 400 })) {
    const path = join(folder, 'shares', name);
    mkdirSync(path, { recursive: true });
    utimesSync(path, new Date(now - age * 86_400_000), new Date(now - age * 86_400_000));
  }
  expect(await forgetShares(folder, now)).toBe(1);
  expect(readdirSync(join(folder, 'shares')).sort()).toEqual([kept, 'other']);
  expect(await forgetShares(newFolder(), now)).toBe(0);
});
