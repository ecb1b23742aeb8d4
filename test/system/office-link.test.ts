/**
 * A link that asks an office, on a station, in a real browser: made in the console, tried by a visitor without a session, and
 * read with the run. The servers answer the station; what the browser meets afterwards is set case by case.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningKey } from '../../lib/local/signing-key.ts';
import { type Station, startStation, withAccess } from '../../lib/local/station/station.ts';
import { RunStatus, StartedRun } from '../../lib/service/contracts/runs.ts';
import { CreatedShare, sharesContracts } from '../../lib/service/contracts/shares.ts';
import type { OfficeSaw } from '../../lib/service/state/offices.ts';
import { newFolder } from '../local/station/running-station.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';
import { launchBrowser } from './browser.ts';
import { openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-office-link-')),
  'office-link',
);
mkdirSync(shots, { recursive: true });

/** What a server does: as the station meets it, and then as the browser does. */
type Manner = 'answers' | 'silent' | 'redirects' | 'forbids';

class Site {
  manner: Manner = 'answers';
  asked: (string | undefined)[] = [];
  readonly server: Server = createServer((request, response) => {
    this.asked.push(request.headers.referer ?? request.headers.cookie);
    if (this.manner === 'silent') return;
    if (this.manner === 'redirects') response.writeHead(302, { location: beyond.url });
    if (this.manner === 'forbids') response.setHeader('cross-origin-resource-policy', 'same-origin');
    response.end('<title>Shop</title>');
  });
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }
  listen(port = 0): Promise<boolean> {
    return new Promise((resolve) => {
      this.server.once('error', () => resolve(false));
      this.server.listen(port, '127.0.0.1', () => resolve(true));
    });
  }
}

const site = new Site();
/** Where the other one redirects to. */
const beyond = new Site();
/** Where no browser connects. */
const blocked = new Site();
let browser: Browser;
let station: Station;
let folder: string;
let token: string;
let runId: string;

const api = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(`${station.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

beforeAll(async () => {
  browser = await launchBrowser();
  await site.listen();
  await beyond.listen();
  for (const port of [6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080])
    if (await blocked.listen(port)) break;
  folder = newFolder();
  const port = await closedPort();
  const signer = await openSigningKey(join(folder, 'signing-key.pem'));
  if (!signer.ok) throw new Error(signer.message);
  const started = await startStation({
    folder,
    listen: { address: '127.0.0.1', port },
    baseUrl: new URL(`http://127.0.0.1:${port}`),
    askBaseUrl: async (url) => (await fetch(url)).text(),
    signer: signer.value,
    allowPrivate: true,
    telemetry: memoryTelemetry(),
  });
  if (!started.ok) throw new Error(started.message);
  station = started.value;
  const made = await withAccess(folder, (access) => access.tokens.make('test', 'operator', 1));
  token = made.ok ? (made.value ?? '') : '';
  const ordered = await api('POST', '/validations', {
    target: { name: 'shop', check: [site.url, blocked.url] },
    ticket: 'T-1',
  });
  ({ runId } = StartedRun.parse(ordered));
  for (;;) {
    const { status, error } = RunStatus.parse(await api('GET', `/runs/${runId}`));
    if (status === 'finished') break;
    if (status !== 'running') throw new Error(`${status}: ${error?.message}`);
  }
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await station?.close();
  for (const one of [site, beyond, blocked]) {
    one.server.closeAllConnections();
    one.server.close();
  }
});

const signIn = async (page: Page): Promise<void> => {
  const link = await withAccess(folder, (access) => access.ownerLink('operator'));
  await page.goto(link.ok ? (link.value ?? '') : '');
  await page.getByRole('button').click();
  await page.getByText('Needs somebody').first().waitFor();
};

const offices = async () =>
  sharesContracts.listOffices.result.parse(await api('GET', `/runs/${runId}/offices`));

const SIZES = [
  ['phone', { width: 390, height: 844 }],
  ['desktop', { width: 1280, height: 900 }],
] as const;

async function look(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of SIZES)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(shots, `${name}-${size}-${colorScheme}.png`), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    }
}

let link = '';

it('a link for an office is made in the console, beside the run', async () => {
  await openPage(browser, station.url, { locale: 'en-GB' }, async ({ page }) => {
    await signIn(page);
    await page.goto(`${station.url}/#/runs/${runId}`);
    await page.getByRole('button', { name: 'Ask an office…' }).click();
    await page.getByLabel('What is tried').selectOption(new URL(site.url).href);
    await look(page, 'make');
    await page.getByRole('button', { name: 'Make the link', exact: true }).click();
    const shown = page.getByRole('link', { name: /\/office$/ });
    await shown.waitFor();
    link = (await shown.getAttribute('href')) ?? '';
    await page.getByText('Nobody has tried yet.').waitFor();
  });
  expect(new URL(link).pathname).toMatch(/^\/s\/[\w-]{43}\/office$/);
}, 240_000);

it('looking at it tries nothing and tells nothing', async () => {
  const before = site.asked.length;
  for (let scan = 0; scan < 20; scan += 1)
    expect((await fetch(link, { method: scan % 2 === 0 ? 'GET' : 'HEAD' })).status).toBe(200);
  await openPage(browser, link, {}, async ({ page, complaints }) => {
    await page.getByText('127.0.0.1', { exact: true }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(complaints).toEqual([]);
    await look(page, 'before');
  });
  expect(site.asked.length).toBe(before);
  expect((await offices()).offices).toEqual([]);
}, 240_000);

const CASES: readonly [Manner | 'closed', OfficeSaw, string, RegExp][] = [
  ['answers', 'answered', 'both-reach', /^This office got an answer after/],
  ['redirects', 'redirected', 'both-reach', /^This office got an answer that leads to another address/],
  // A server that lets no other page use its answers looks like one that is not there, and is not called that.
  ['forbids', 'failed', 'undecided', /^This office got nothing that its browser would show/],
  ['silent', 'silent', 'office-path', /^This office got no answer within/],
  ['closed', 'failed', 'undecided', /^This office got nothing that its browser would show/],
];

it.each(CASES)(
  'a server that %s: %s, and that means %s',
  async (manner, saw, meaning, title) => {
    const port = Number(new URL(site.url).port);
    if (manner === 'closed') {
      site.server.closeAllConnections();
      await new Promise((resolve) => site.server.close(resolve));
    } else site.manner = manner;
    await openPage(browser, link, { locale: 'en-GB' }, async ({ page, requests }) => {
      // The page waits ten seconds for an answer; a test has better things to do.
      if (manner === 'silent') await page.evaluate(`document.querySelector('form').dataset.patience = '400'`);
      await page.getByLabel('What is this office called?').fill('Bern <b>3rd</b> floor');
      await page.getByRole('button', { name: /^Try/ }).click();
      await page.getByRole('heading', { name: title }).waitFor();
      const elsewhere = requests.filter((url) => new URL(url).origin !== new URL(link).origin);
      expect(elsewhere[0]).toBe(`http://127.0.0.1:${port}/`);
      // Announced, and stopped by the page's policy.
      expect(elsewhere.slice(1)).toEqual(manner === 'redirects' ? [beyond.url] : []);
      expect(beyond.asked).toEqual([]);
      expect(await page.content()).not.toContain('<b>3rd');
      if (manner === 'silent' || manner === 'forbids') await look(page, `after-${manner}`);
    });
    if (manner === 'closed') await site.listen(port);
    // Neither where the visitor came from, nor a cookie.
    expect(site.asked.filter((text) => text !== undefined)).toEqual([]);
    const outcome = (await offices()).offices[0]?.outcomes.at(-1);
    expect(outcome).toMatchObject({ saw, meaning, address: '127.0.0.1', place: 'Bern <b>3rd</b> floor' });
    if (manner === 'silent') expect(outcome?.says).toContain('it is the path of this office');
  },
  240_000,
);

it('what a browser hides the visitor says after opening it', async () => {
  site.manner = 'answers';
  await openPage(browser, link, { locale: 'en-GB' }, async ({ page }) => {
    const popup = page.waitForEvent('popup');
    await page.getByRole('link', { name: /^Open http/ }).click();
    expect(await (await popup).title()).toBe('Shop');
    await page.getByRole('button', { name: 'It opened' }).click();
    await page.getByRole('heading', { name: 'This office opened it, says the visitor' }).waitFor();
  });
  expect((await offices()).offices[0]?.outcomes.at(-1)).toMatchObject({
    saw: 'opened',
    meaning: 'both-reach',
  });
}, 240_000);

it('where no browser connects there is something to type, and it works without script', async () => {
  const body = { runId, office: { endpoint: blocked.url } };
  const { url, office } = CreatedShare.parse(await api('POST', '/shares', body));
  expect(office?.way).toBe('type');
  await openPage(browser, url, { locale: 'en-GB' }, ({ page }) => look(page, 'type'));
  await openPage(browser, url, { javaScriptEnabled: false, locale: 'en-GB' }, async ({ page, requests }) => {
    await page.getByText(`Test-NetConnection 127.0.0.1 -Port ${new URL(blocked.url).port}`).waitFor();
    await page.getByRole('button', { name: 'It did not work' }).click();
    await page.getByRole('heading', { name: 'This office could not connect, says the visitor' }).waitFor();
    expect(requests.filter((one) => new URL(one).origin !== new URL(url).origin)).toEqual([]);
  });
  const told = (await offices()).offices.find(({ endpoint }) => endpoint === blocked.url);
  expect(told?.outcomes).toMatchObject([{ saw: 'not-connected', meaning: 'office-path' }]);
}, 240_000);

it('the console shows what offices saw with the run and in the ticket, in both languages, until the link is closed', async () => {
  await openPage(browser, station.url, { locale: 'en-GB' }, async ({ page, complaints }) => {
    await signIn(page);
    await page.goto(`${station.url}/#/runs/${runId}`);
    const section = page.getByRole('region', { name: 'From offices' });
    await section.getByText('got no answer', { exact: false }).first().waitFor();
    await section.getByText('Bern <b>3rd</b> floor').first().waitFor();
    await section.getByText('The path of this office').first().waitFor();
    await page.getByRole('button', { name: 'Text for the ticket' }).click();
    await page.locator('pre').getByText('### From offices').waitFor();
    expect(await page.locator('pre').textContent()).toContain('it is the path of this office');
    await look(page, 'run');
    await page.goto(`${station.url}/#/settings/links`);
    await page.getByText(/asks offices to try .*: 6 of 10 told/).waitFor();
    const [share] = (await offices()).offices.filter(({ endpoint }) => endpoint === site.url);
    await api('DELETE', `/shares/${share?.share}`);
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
  });
  const never = `${new URL(link).origin}/s/${'x'.repeat(42)}A/office`;
  const [closed, unknown] = await Promise.all([link, never].map(async (url) => (await fetch(url)).text()));
  expect(closed).toBe(unknown);
}, 240_000);
