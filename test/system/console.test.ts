/** The console on a station, in a real browser. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { germanCauses } from '../../lib/kinds/causes-de.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-')),
  'console',
);
mkdirSync(shots, { recursive: true });

let browser: Browser;
let station: RunningStation;
/** An honest site that the runs check. */
const site = createServer((_, response) => response.end('<title>Shop</title>'));
let shop = '';

beforeAll(async () => {
  browser = await launchBrowser();
  station = await startStation(newFolder());
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  shop = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const token = await makeToken(station.folder, 'operator');
  const added = await station.cli(token, 'target', 'add', 'Shop 1', '--check', shop);
  expect(added.stderr).toBe('');
});
afterAll(async () => {
  await browser.close();
  await station.end('SIGTERM');
  site.close();
});

const VIEWPORTS = [
  ['phone', { width: 390, height: 844 }],
  ['desktop', { width: 1280, height: 900 }],
  ['wide', { width: 2560, height: 1300 }],
] as const;

async function signIn(page: Page): Promise<void> {
  const { stdout } = await station.cli('', 'serve', 'link', '--data', station.folder);
  await page.goto(stdout.trim().split(/\s+/).at(-1) ?? '');
  await page.getByRole('button').click();
  await page.waitForURL(`${station.url}/`);
}

const open = <T>(options: Parameters<typeof openPage>[2], look: (opened: Opened) => Promise<T>): Promise<T> =>
  openPage(browser, `${station.url}/sign-in`, { locale: 'en-GB', ...options }, async (opened) => {
    await signIn(opened.page);
    return look(opened);
  });

/** Starts a check of the shop from the first screen, and waits for its verdict. */
async function checkShop(page: Page): Promise<void> {
  await page.getByLabel('Host or URI').fill(shop);
  await page.getByLabel('Ticket').fill('T-1');
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.locator('section.verdict').waitFor();
}

describe.each(VIEWPORTS)('at the width of a %s', (size, viewport) => {
  it.each(['light', 'dark'] as const)(
    '%s: every view fits, can be used by all, complains of nothing and asks nobody else',
    async (colorScheme) => {
      await open({ viewport, colorScheme }, async ({ page, complaints, requests }) => {
        const look = async (name: string): Promise<void> => {
          await page.screenshot({ path: join(shots, `${name}-${size}-${colorScheme}.png`), fullPage: true });
          expect(
            await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          ).toBeLessThanOrEqual(0);
          expect(await violations(page)).toEqual([]);
        };
        await page.getByRole('heading', { name: 'Check a host now' }).waitFor();
        await page.getByText('Nothing is stopped').waitFor();
        await look('first');
        await checkShop(page);
        await page.getByRole('button', { name: 'Text for the ticket' }).click();
        await page.getByRole('button', { name: /^Copy: Text/ }).waitFor();
        await look('verdict');
        for (const [link, heading] of [
          ['Settings', 'Vantages'],
          ['Targets', 'Targets'],
          ['Causes', 'Causes'],
          ['Profiles', 'Profiles'],
        ] as const) {
          await page.getByRole('navigation').getByRole('link', { name: link }).click();
          await page.getByRole('heading', { level: 1, name: heading }).waitFor();
          await page.getByText('Loading').waitFor({ state: 'detached' });
          await look(link.toLowerCase());
        }
        await page.goto(`${station.url}/#/targets/${encodeURIComponent('Shop 1')}`);
        await page.getByRole('heading', { name: 'Last runs' }).waitFor();
        await page.getByText('It is checked when somebody asks for it.').waitFor();
        await look('target');
        await page.goto(`${station.url}/#/settings/people`);
        await page.getByRole('heading', { name: 'Tokens', exact: true }).waitFor();
        await page.getByText('last used').first().waitFor();
        await look('people');
        for (const part of ['Links', 'Alerts']) {
          await page.goto(`${station.url}/#/settings/${part === 'Links' ? 'links' : 'webhooks'}`);
          await page.getByRole('heading', { level: 1, name: part }).waitFor();
          await page.getByText(part === 'Links' ? 'No link was made yet' : 'No webhook is told').waitFor();
          await look(part.toLowerCase());
        }
        await page.goto(`${station.url}/#/causes/tcp.filtered`);
        await page.getByRole('heading', { name: 'What to do next' }).waitFor();
        await look('cause');
        // That a target has no schedule is a 404 of the API, which the browser notes.
        expect(complaints.filter((line) => !line.includes('status of 404'))).toEqual([]);
        expect(complaints.length).toBeLessThanOrEqual(1);
        expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(new Set([station.url]));
      });
    },
  );
});

it('a go-live board turns green by itself when the port opens, and hands over the report', async () => {
  const late = createServer((_, response) => response.end('late'));
  await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
  const { port } = late.address() as AddressInfo;
  await new Promise((resolve) => late.close(resolve));
  const token = await makeToken(station.folder, 'operator', '--name', 'gate');
  const uris = [shop, `http://127.0.0.1:${port}/`].flatMap((uri) => ['--check', uri]);
  expect((await station.cli(token, 'target', 'add', 'Golive', ...uris)).stderr).toBe('');
  await open({ viewport: { width: 1920, height: 1080 } }, async ({ page, complaints }) => {
    await page.clock.install();
    await page.getByRole('navigation').getByRole('link', { name: 'Go-live' }).click();
    await page.getByRole('link', { name: 'Golive' }).click();
    await page.getByText('1 of 2 not passing').waitFor();
    await page.getByText('Measuring again at').waitFor();
    await page.screenshot({ path: join(shots, 'gate-red.png'), fullPage: true });
    expect(await violations(page)).toEqual([]);
    // On the first screen, with whose turn it is; there it goes on when it is opened again.
    await page.getByRole('navigation').getByRole('link', { name: 'Check' }).click();
    const needs = page.getByRole('region', { name: 'Needs somebody' });
    await needs.getByText('1 of 2 not passing').waitFor();
    await needs.getByText('Turn of the operator of the host').first().waitFor();
    await needs
      .getByRole('listitem')
      .filter({ hasText: 'Go-live' })
      .getByRole('link', { name: 'Golive' })
      .click();
    await page.getByText('Measuring again at').waitFor();
    const tile = page.locator('.tile.fail');
    expect(await tile.textContent()).toContain('tcp.refused');
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
    await page.clock.fastForward(30_000);
    // What failed passes; then everything is measured once more.
    await page.getByText('Everything passes.').waitFor();
    await page.screenshot({ path: join(shots, 'gate-green.png'), fullPage: true });
    expect(await page.locator('.tile.pass').count()).toBe(2);
    expect(await page.evaluate("localStorage.getItem('inbound-check.gates')")).toBe('[]');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save signed page' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^Golive-.*\.html$/);
    expect(complaints).toEqual([]);
  });
  late.close();
});

it('sets, pauses and removes a schedule, and stops everything with a reason', async () => {
  await open({ timezoneId: 'Europe/Zurich' }, async ({ page }) => {
    await page.goto(`${station.url}/#/targets/${encodeURIComponent('Shop 1')}`);
    await page.getByLabel('Check', { exact: true }).fill('0 7 * * 1-5');
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Zurich');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('0 7 * * 1-5 Europe/Zurich').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('It is checked when somebody asks for it.').waitFor();
    await page.getByLabel('Check', { exact: true }).fill('1x');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Check', { exact: true }).inputValue()).toBe('1x');
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Stop everything …' }).click();
    await page.getByLabel('Why?').fill('a drill');
    await page.getByRole('button', { name: 'Stop everything now' }).click();
    await page.getByText('a drill').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Check' }).click();
    const ours = page.getByRole('region', { name: 'Our side' });
    await ours.getByText('a drill').waitFor();
    await page.getByLabel('Host or URI').fill(shop);
    await page.getByLabel('Ticket').fill('T-6');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const refusal = page.getByRole('alert').filter({ hasText: /^everything was stopped at .*: a drill/ });
    await refusal.getByRole('link', { name: 'Resume is under Settings' }).waitFor();
    await ours.getByRole('link', { name: 'Resume is under Settings' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Stop everything …' }).waitFor();
  });
});

it('invites a machine elsewhere, and makes and revokes a token', async () => {
  await open({}, async ({ page }) => {
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill('branch');
    await page.getByLabel('Where it stands').selectOption('inside');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByText('The code of branch is shown once').waitFor();
    await page.getByText('inside, has not joined yet').waitFor();
    await page.getByRole('button', { name: 'Remove branch' }).click();
    await page.getByText('inside, has not joined yet').waitFor({ state: 'detached' });
    await page.goto(`${station.url}/#/settings/people`);
    const tokens = page.getByRole('region', { name: 'Tokens' });
    await tokens.getByLabel('Name').fill('pipeline');
    await tokens.getByRole('button', { name: 'Make a token' }).click();
    const token = (await tokens.getByRole('status').locator('code').textContent()) ?? '';
    const read = () => fetch(`${station.url}/targets`, { headers: { authorization: `Bearer ${token}` } });
    expect((await read()).status).toBe(200);
    await tokens.getByRole('button', { name: 'Revoke pipeline' }).click();
    await tokens.getByRole('button', { name: 'Revoke pipeline' }).waitFor({ state: 'detached' });
    expect((await read()).status).toBe(401);
  });
});

it('says in one sentence what is not reachable, and what is open beside it; options of a product are in plain words', async () => {
  await open({}, async ({ page }) => {
    await page.getByText('LUCY SaaS with an incoming proxy').click();
    await page.getByText('Options').click();
    await page.getByLabel('Replies are caught here').check();
    await page.getByLabel('Domain whose mail is to arrive here').fill('reply.example.com');
    await page.getByText('Not sure').click();
    const body = { target: { name: 'two', check: [shop, 'tcp://127.0.0.1:1'] }, ticket: 'T-4' };
    // Two addresses at once are no matter of the form.
    await page.route('**/validations', (route) => route.continue({ postData: JSON.stringify(body) }));
    await page.getByLabel('Host or URI').fill('two.example');
    await page.getByLabel('Ticket').fill('T-4');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const verdict = page.locator('section.verdict.fail');
    await verdict.waitFor();
    expect(await verdict.locator('h2').textContent()).toContain('1 is closed');
    expect(await verdict.locator('p b').textContent()).toBe(`Open: ${new URL(shop).port} HTTP.`);
  });
});

it('says what is missing at the field, and keeps what was typed', async () => {
  await open({}, async ({ page }) => {
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Type a host name, an address or a URI.').waitFor();
    await page.keyboard.type('www.example.com');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Give the number of the case').waitFor();
    expect(await page.getByLabel('Host or URI').inputValue()).toBe('www.example.com');
    expect(await page.evaluate('document.activeElement.name')).toBe('ticket');
    // What the API refuses stands there, too, without its name of the place.
    await page.getByLabel('Ticket').fill('T-5');
    await page.getByLabel('Host or URI').fill('not a host!');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const host = page.getByRole('textbox', { name: 'Host or URI', description: /^"https:..not a host!/ });
    await host.and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

it('goes from the keyboard alone to the verdict', async () => {
  await open({}, async ({ page }) => {
    await page.getByLabel('Host or URI').focus();
    await page.keyboard.type(shop);
    await page.keyboard.press('Tab');
    await page.keyboard.type('T-2');
    await page.keyboard.press('Enter');
    await page.locator('section.verdict.pass').waitFor();
    expect(await page.locator('section.verdict h2').textContent()).toMatch(/All expectations are met/);
    // The station has no address for others: that is said, and the page can be saved.
    await page.getByRole('button', { name: 'Make a link…' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: 'start it with --base-url, or use “Save signed page”' })
      .waitFor();
    await page.getByRole('button', { name: 'Save signed page' }).waitFor();
    await page.getByText(/Ticket T-2\. Asked by .+ UTC\)/).waitFor();
    await page.getByRole('link', { name: 'Check again' }).click();
    expect(await page.getByLabel('Host or URI').inputValue()).toBe(shop);
    expect(await page.getByLabel('Ticket').inputValue()).toBe('T-2');
    // One that somebody stopped waits for nothing, and offers the same.
    const halted = {
      runId: 'halted',
      status: 'stopped',
      requestedBy: 'ada',
      startedAt: '2026-11-30T10:00:00.000Z',
      targets: ['www.example.com'],
      validated: { host: 'www.example.com', profile: 'web', ticket: 'T-9' },
      vantages: [{ id: 'local', attempt: 1, status: 'probing' }],
      planned: [{ endpoint: 'tcp://www.example.com:22', target: 'www.example.com', expect: 'open' }],
      plannedVantages: ['local', 'branch'],
      reports: [],
      error: { name: 'RunStopped', message: 'stopped by ada' },
    };
    await page.route('**/runs/halted*', (route) => route.fulfill({ json: halted }));
    await page.goto(`${station.url}/#/runs/halted`);
    await page.getByText('The run was stopped by ada.').waitFor();
    expect(await page.locator('table.board td').allTextContents()).toEqual(['not measured', 'not measured']);
    expect(await page.getByText(/^(waiting|measuring)$/).count()).toBe(0);
    await page.screenshot({ path: join(shots, 'stopped.png'), fullPage: true });
    await page.getByRole('link', { name: 'Check again' }).click();
    expect(await page.getByLabel('Host or URI').inputValue()).toBe('www.example.com');
    expect(await page.getByLabel('Ticket').inputValue()).toBe('T-9');
  });
});

it('speaks German, and remembers it', async () => {
  await open({}, async ({ page }) => {
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { name: 'Einen Host jetzt prüfen' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Einen Host jetzt prüfen' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    await page.goto(`${station.url}/#/causes/tcp.filtered`);
    await page.getByText(germanCauses['tcp.filtered'].next).waitFor();
    for (const [place, line, link] of [
      ['runs/x', 'Diesen Lauf gibt es nicht', 'Einen Host jetzt prüfen'],
      ['profiles/nope', 'Ein Profil dieses Namens gibt es nicht', 'Alle Profile'],
      ['causes/nope', 'Eine Ursache dieses Namens gibt es nicht', 'tcp.refused'],
    ] as const) {
      await page.goto(`${station.url}/#/${place}`);
      await page.getByText(line).waitFor();
      await page.getByRole('main').getByRole('link', { name: link, exact: true }).waitFor();
    }
  });
});

it('keeps what was typed when the session has ended, and goes on after a sign-in in another tab', async () => {
  await open({}, async ({ page }) => {
    await page.getByLabel('Host or URI').fill(shop);
    await page.getByLabel('Ticket').fill('T-3');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Your session has ended').first().waitFor();
    const other = await page.context().newPage();
    await signIn(other);
    expect(await page.getByLabel('Ticket').inputValue()).toBe('T-3');
    await page.locator('form').getByRole('button', { name: 'Try again' }).click();
    await page.locator('section.verdict').waitFor();
  });
});

it('shows nothing of the console’s data to who is not signed in', async () => {
  const answer = await fetch(`${station.url}/`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
  expect((await fetch(`${station.url}/targets`)).status).toBe(401);
});
