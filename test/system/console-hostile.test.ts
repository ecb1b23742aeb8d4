/** Whatever a person or a server has written is shown as text: every text of every answer of the API is replaced by a hostile one. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-')),
  'console-hostile',
);
mkdirSync(shots, { recursive: true });

/** Markup, quotes, template syntax, an override of the direction that nothing ends, and a word without an end. */
const HOSTILE = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202Egnp.exe '{{7*7}}\${7*7}<%= 7*7 %> ${'W'.repeat(300)}`;
const SEEN = 'onerror="document.title=';

let browser: Browser;
let station: RunningStation;
let token = '';
let runId = '';
const site = createServer((_, response) => response.end('<title>Shop</title>'));
let shop = '';

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${station.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.status, `${method} ${path} ${text}`).toBeLessThan(300);
  return text === '' ? {} : JSON.parse(text);
}

beforeAll(async () => {
  browser = await launchBrowser();
  station = await startStation(newFolder());
  token = await makeToken(station.folder, 'operator');
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  shop = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const definition = { check: [shop, 'tcp://127.0.0.1:1'], assertions: { titleContains: 'Shop' } };
  await ask('PUT', '/targets/Shop', { definition, owner: 'Example AG' });
  await ask('PUT', '/schedules/Shop', { cron: '0 7 * * *', timezone: 'Europe/Zurich' });
  const hour = (from: number): string => new Date(Date.now() + from * 3_600_000).toISOString();
  await ask('PUT', '/targets/Shop/maintenance/a1', { from: hour(-1), to: hour(1), reason: 'work' });
  await ask('PUT', '/vantages/branch', { position: 'inside' });
  ({ runId } = (await ask('POST', '/runs', { targets: ['Shop'] })) as { runId: string });
  await vi.waitFor(async () => expect((await ask('GET', `/runs/${runId}`)).status).toBe('finished'), {
    timeout: 60_000,
    interval: 100,
  });
});
afterAll(async () => {
  await browser.close();
  await station.end('SIGTERM');
  site.close();
});

/** Words of a closed list, and what the page has to ask for again. */
const KEPT = new Set(
  'verdict state status kind side role position expect level severity method step what schema runId id key next after handle may key'.split(
    ' ',
  ),
);
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function hostile(value: unknown, key: string, path: string): unknown {
  if (Array.isArray(value)) return value.map((one) => hostile(one, key, path));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostile(one, name, path)]));
  const isAskedFor = key === 'target' && /^\/runs\/[^/]+$/.test(path);
  const isOfClient = path === '/me' && key !== 'name';
  if (typeof value !== 'string' || KEPT.has(key) || TIME.test(value) || isAskedFor || isOfClient)
    return value;
  return key === 'recent' ? value : HOSTILE;
}

const WEBHOOK = {
  id: HOSTILE,
  kind: 'slack',
  url: HOSTILE,
  changedBy: HOSTILE,
  changedAt: '2026-01-01T00:00:00Z',
};

const SHARE = {
  id: 'a1',
  runId: HOSTILE,
  target: HOSTILE,
  createdBy: HOSTILE,
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-02-01T00:00:00Z',
  redacted: true,
  state: 'open',
  office: { endpoint: HOSTILE, attempts: 5, used: 1, way: 'page' },
};
/** What a station without a receiver and without an address of its own has none of. */
const MADE: Readonly<Record<string, unknown>> = {
  '/webhooks': { webhooks: [WEBHOOK] },
  '/shares': { shares: [SHARE] },
};

/** Every answer in JSON has hostile text, refusals as well. */
async function routeHostile(page: Page): Promise<void> {
  await page.route(
    ({ origin }) => origin === station.url,
    async (route) => {
      const isOfPage = route.request().resourceType() !== 'fetch';
      if (isOfPage) return route.continue();
      // What a page has asked for that is left by now has no answer any more.
      const answer = await route.fetch().catch(() => undefined);
      if (answer === undefined) return route.abort().catch(() => undefined);
      if (!/json/.test(answer.headers()['content-type'] ?? '')) return route.fulfill({ response: answer });
      const { pathname } = new URL(route.request().url());
      const json = hostile(await answer.json(), '', pathname) as Record<string, unknown>;
      await route.fulfill({
        response: answer,
        json: MADE[pathname] ?? json,
      });
    },
  );
}

async function signIn(page: Page): Promise<void> {
  const { stdout } = await station.cli('', 'serve', 'link', '--data', station.folder);
  await page.goto(stdout.trim().split(/\s+/).at(-1) ?? '');
  await page.getByRole('button').click();
  await page.waitForURL(`${station.url}/`);
}

const open = <T>(look: (opened: Opened) => Promise<T>): Promise<T> =>
  openPage(
    browser,
    `${station.url}/sign-in`,
    { locale: 'en-GB', viewport: { width: 390, height: 844 } },
    async (opened) => {
      await signIn(opened.page);
      return look(opened);
    },
  );

/** Nothing of the text became a part of the page, none ran, and nothing is wider than a phone. */
async function isTextAlone(page: Page, place: string): Promise<void> {
  expect(await page.title(), place).toBe('Inbound Check');
  expect(await page.locator('img, body script, iframe, object, embed').count(), place).toBe(0);
  const wide = await page.evaluate(`
    document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('main *')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll'))
      .map((one) => one.outerHTML.slice(0, 150))`);
  expect(wide, place).toEqual([]);
  const unended = await page.evaluate(`
    [...document.querySelectorAll('main :is(a, b, code, time)')].filter((one) => getComputedStyle(one).unicodeBidi !== 'isolate').length`);
  expect(unended, place).toBe(0);
}

const UNFOLD = "for (const one of document.querySelectorAll('main details')) one.open = true";
const of = encodeURIComponent;
/** Each view, and what is there when it is drawn. */
const VIEWS = [
  ['first', '#/', '#needs ~ ul li'],
  ['run', () => `#/runs/${runId}`, '.verdict h2'],
  ['targets', '#/targets', '.targets > li'],
  ['target', '#/targets/Shop', '#registration'],
  ['change', '#/change/Shop', 'form.registering'],
  ['watch', () => `#/register?run=${runId}&target=Shop`, 'form.registering'],
  ['gates', '#/gate', 'main .rows li'],
  ['gate', '#/gate/Shop', '.tile'],
  ['vantages', '#/settings/vantages', '#sites ~ ul li'],
  ['links', '#/settings/links', 'main li'],
  ['webhooks', '#/settings/webhooks', 'main li'],
  ['people', '#/settings/people', '#tokens ~ ul li'],
] as const;

it('of every answer of the API, in every view', { timeout: 300_000 }, async () => {
  await open(async ({ page, complaints }) => {
    await routeHostile(page);
    for (const [name, hash, drawn] of VIEWS) {
      await page.goto(`${station.url}/${typeof hash === 'string' ? hash : hash()}`);
      await page.reload();
      await page.locator(drawn).first().waitFor();
      const shown = page.locator('main');
      const read = () =>
        shown.evaluate(
          (main) =>
            main.textContent + [...main.querySelectorAll('input')].map(({ value }) => value).join(' '),
        );
      await expect.poll(read).toContain(SEEN);
      await page.evaluate(UNFOLD);
      await isTextAlone(page, name);
      await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    }
    expect(await violations(page)).toEqual([]);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(complaints.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
  });
});

it('of an address that somebody was sent, and of what is typed into each field', {
  timeout: 300_000,
}, async () => {
  await open(async ({ page, complaints }) => {
    const places = [
      `#/?host=${of(HOSTILE)}&profile=${of(HOSTILE)}&ticket=${of(HOSTILE)}`,
      ...['runs', 'targets', 'gate', 'change', 'causes', 'profiles', 'settings'].map(
        (view) => `#/${view}/${of(HOSTILE)}`,
      ),
      `#/register?run=${of(HOSTILE)}&target=${of(HOSTILE)}`,
      `#/register?host=${of(HOSTILE)}&profile=web`,
    ];
    for (const place of places) {
      await page.goto(`${station.url}/${place}`);
      await page.locator('main h1').first().waitFor();
      await isTextAlone(page, place.slice(0, 20));
    }
    for (const place of [
      '#/register?profile=cicada-ir',
      '#/targets/Shop',
      '#/settings/vantages',
      '#/settings/people',
      '#/',
    ]) {
      await page.goto(`${station.url}/${place}`);
      await page.locator('main form').first().waitFor();
      await page.evaluate(UNFOLD);
      for (const form of await page.locator('main form').all()) {
        for (const field of await form
          .locator('input:not([type=radio], [type=checkbox], [type=datetime-local]), textarea')
          .all())
          await field.fill(HOSTILE);
        const submit = form.locator('button[type=submit]').last();
        if (await submit.isEnabled()) await submit.click();
      }
      await page.locator('[role=alert], [aria-invalid=true]').first().waitFor();
      await isTextAlone(page, place);
    }
    expect(complaints.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
  });
});
