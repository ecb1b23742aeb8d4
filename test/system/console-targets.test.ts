/** The list of targets and a target's page, in a real browser: on a station, and with answers of the API that are made here. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ListedTarget } from '../../lib/service/contracts/targets.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-')),
  'console-targets',
);
mkdirSync(shots, { recursive: true });

/** Markup wherever a person may type a text that is shown to others; a target's name takes letters and a few signs alone. */
const HOSTILE = `<img src=x onerror="document.title='owned'">`;
const NAME = 'Shop 1';

let browser: Browser;
let station: RunningStation;
let token = '';
let site = createServer((_, response) => response.end(HOSTILE));
let port = 0;

const listen = (at: number): Promise<void> =>
  new Promise((resolve) => site.listen(at, '127.0.0.1', () => resolve()));

/** Asks the station as the command line does. */
async function ask(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ runId?: string; status?: string }> {
  const answer = await fetch(`${station.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.status, path).toBeLessThan(300);
  return answer.status === 204 ? {} : await answer.json();
}

async function run(): Promise<void> {
  const { runId = '' } = await ask('POST', '/runs', { targets: [NAME] });
  await vi.waitFor(async () => expect((await ask('GET', `/runs/${runId}`)).status).toBe('finished'), {
    timeout: 60_000,
    interval: 100,
  });
}

beforeAll(async () => {
  browser = await launchBrowser();
  station = await startStation(newFolder());
  token = await makeToken(station.folder, 'operator');
  await listen(0);
  port = (site.address() as AddressInfo).port;
  const definition = { check: [`http://127.0.0.1:${port}/`] };
  await ask('PUT', `/targets/${encodeURIComponent(NAME)}`, { definition, owner: HOSTILE });
  // It passes twice, then nobody is there any more.
  await run();
  await run();
  await new Promise((resolve) => site.close(resolve));
  await run();
  site = createServer((_, response) => response.end('back'));
  await ask('PUT', '/targets/Never', { definition });
});
afterAll(async () => {
  await browser.close();
  await station.end('SIGTERM');
  site.close();
});

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

/** Adds up what moved by itself, from before the page's first script. */
const watchShifts = (page: Page) =>
  page.addInitScript(`
    self.shifted = 0;
    self.moved = [];
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) {
        if (one.hadRecentInput) continue;
        self.shifted += one.value;
        for (const { node, previousRect: from, currentRect: to } of one.sources)
          self.moved.push(one.value.toFixed(3) + ' ' + (node?.outerHTML ?? '').slice(0, 60) + ' ' + [from.x, from.y, from.width, from.height, '→', to.x, to.y, to.width, to.height].join(' '));
      }
    }).observe({ type: 'layout-shift', buffered: true });`);

const fits = async (page: Page): Promise<void> => {
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(await violations(page)).toEqual([]);
};

const VIEWPORTS = [
  ['phone', { width: 390, height: 844 }],
  ['desktop', { width: 1280, height: 900 }],
  ['wide', { width: 2560, height: 1300 }],
] as const;

describe.each(VIEWPORTS)('at the width of a %s', (size, viewport) => {
  it.each(['light', 'dark'] as const)(
    '%s: both views fit, can be used by all, and nothing moves by itself',
    async (colorScheme) => {
      await open({ viewport, colorScheme }, async ({ page, complaints, requests }) => {
        await watchShifts(page);
        const shot = (name: string) =>
          page.screenshot({ path: join(shots, `${name}-${size}-${colorScheme}.png`), fullPage: true });
        await page.goto(`${station.url}/#/targets`);
        await page.reload();
        await page.getByText('2 targets').waitFor();
        await page.getByText('Not checked yet').waitFor();
        const strip = page.getByRole('img', { name: 'Passed 2, Failed 1' });
        await strip.waitFor();
        // A tick for each of the thirty: 27 runs that were not, and three.
        const ticks = (await strip.locator('path.absent').getAttribute('d')) ?? '';
        expect(ticks.split('M')).toHaveLength(28);
        expect(await page.locator('.targets').evaluate((list) => getComputedStyle(list).paddingLeft)).toBe(
          '0px',
        );
        const cut = await page
          .locator('.when')
          .evaluateAll((all) =>
            all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
          );
        expect(cut).toEqual([]);
        const apart = await page
          .locator('.field')
          .evaluateAll(
            (all) =>
              all.filter(
                (one) =>
                  (one.firstElementChild?.getBoundingClientRect().left ?? 0) >
                  (one.lastElementChild?.getBoundingClientRect().left ?? 0),
              ).length,
          );
        expect(apart).toBe(0);
        await shot('list');
        await fits(page);
        await page.goto(`${station.url}/#/targets/${encodeURIComponent(NAME)}`);
        await page.reload();
        await page.getByRole('heading', { name: 'Registration' }).waitFor();
        await page.locator('.chart canvas').waitFor();
        await page.getByText('tcp.refused').first().waitFor();
        await shot('target');
        await fits(page);
        const moved = await page.evaluate('self.moved');
        expect(await page.evaluate('self.shifted'), String(moved)).toBeLessThan(0.02);
        expect(await page.title()).toBe('Inbound Check');
        expect(await page.locator('main img').count()).toBe(0);
        expect(complaints).toEqual([]);
        expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(new Set([station.url]));
      });
    },
  );
});

it('tells what changed, with its cause before and after, and puts two runs side by side', async () => {
  await open({}, async ({ page }) => {
    await page.goto(`${station.url}/#/targets/${encodeURIComponent(NAME)}`);
    const changes = page.getByRole('region', { name: 'What changed' });
    await changes.getByRole('link').first().waitFor();
    expect(await changes.getByRole('listitem').first().textContent()).toMatch(
      /Passed.*→.*Failed.*no cause → tcp\.refused/,
    );
    const compared = page.getByRole('region', { name: 'Before and after' }).first();
    await compared.getByRole('cell', { name: 'tcp.refused' }).waitFor();
    await compared.getByRole('cell', { name: 'Failed', exact: true }).waitFor();
    // The two runs that passed.
    await compared.getByLabel('After', { exact: true }).selectOption({ index: 1 });
    await compared.getByLabel('Before', { exact: true }).selectOption({ index: 2 });
    await compared.getByText('Nothing differs but times.').waitFor();
    const table = page.getByRole('region', { name: 'How long it takes' });
    await table.getByText('The same as a table, in milliseconds').click();
    expect(await table.getByRole('rowheader').count()).toBe(3);
    await page.getByText(HOSTILE).first().waitFor();
  });
});

it('shows the next five times in the reader’s zone and the schedule’s', async () => {
  await open({ timezoneId: 'Asia/Tokyo' }, async ({ page, complaints }) => {
    await page.goto(`${station.url}/#/targets/Never`);
    await page.getByText('It was never checked.').waitFor();
    await page.getByLabel('Check', { exact: true }).fill('0 7 * * *');
    await page.getByLabel('Time zone').fill('America/New_York');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    const times = page.locator('.upcoming > li');
    await times.first().waitFor();
    const lines = await times.allTextContents();
    expect(lines).toHaveLength(5);
    // Seven o'clock there is 20 or 21 o'clock here.
    for (const line of lines) expect(line).toMatch(/2[01]:00 \(1[12]:00 UTC\).*07:00.*America\/New_York/);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('It is checked when somebody asks for it.').waitFor();
    expect(complaints).toEqual([]);
  });
});

it('announces maintenance by keyboard, says why it can’t, and ends it', async () => {
  await open({}, async ({ page }) => {
    await page.goto(`${station.url}/#/targets/${encodeURIComponent(NAME)}`);
    const part = page.getByRole('region', { name: 'Maintenance' });
    await part.getByLabel('Reason').fill(HOSTILE);
    await page.keyboard.press('Enter');
    await part.getByText('Now:').waitFor();
    await part.getByText(HOSTILE).first().waitFor();
    await part.getByRole('button', { name: /^End it now/ }).click();
    await part.getByText('No work is announced.', { exact: false }).waitFor();
    await part.getByLabel('From').fill('2030-01-01T10:00');
    await part.getByLabel('to', { exact: true }).fill('2030-01-01T09:00');
    await part.getByLabel('Reason').fill('backwards');
    await page.keyboard.press('Enter');
    await part.getByText('the window ends before it begins').waitFor();
    expect(await part.getByLabel('Reason').inputValue()).toBe('backwards');
  });
});

it('takes up the alert of the target on its page, as text alone', async () => {
  await open({}, async ({ page }) => {
    await page.goto(`${station.url}/#/targets/${encodeURIComponent(NAME)}`);
    const alerts = page.getByRole('region', { name: 'Alerts' });
    await alerts.getByRole('textbox').fill(HOSTILE);
    await page.keyboard.press('Enter');
    await alerts.getByText(HOSTILE).first().waitFor();
    expect(await page.title()).toBe('Inbound Check');
  });
});

const STATES = ['pass', 'pass', 'pass', 'warn', 'fail', 'inconclusive'] as const;
/** As the API lists them. `round`: with each another one fails. */
const made = (index: number, round: number): ListedTarget => {
  const verdict = STATES[(index + round) % STATES.length] ?? 'pass';
  const since = new Date(Date.UTC(2026, 2, 1) + index * 60_000).toISOString();
  const worst = {
    endpoint: `https://host-${index}.example:443/${HOSTILE}`,
    since,
    cause: 'tcp.filtered' as const,
  };
  return {
    name: `Target ${String(index).padStart(4, '0')}`,
    hosts: [`host-${index}.example`, HOSTILE],
    latest: {
      runId: `r-${round}`,
      startedAt: since,
      since,
      verdict,
      recent: Array.from({ length: 30 }, (_, run) => STATES[(index + run) % STATES.length] ?? 'pass'),
      ...(verdict !== 'pass' && { worst }),
    },
    schedule: { state: 'active', next: since },
  };
};

/** Two thousand targets in pages of a hundred; each page of a later round differs. */
async function routeMany(page: Page): Promise<{ readonly rounds: () => number }> {
  let rounds = 0;
  await page.route('**/targets*', async (route) => {
    const at = Number(new URL(route.request().url()).searchParams.get('after') ?? 0);
    if (at === 0) rounds += 1;
    const targets = Array.from({ length: 100 }, (_, index) => made(at + index, rounds));
    await route.fulfill({ json: { targets, ...(at < 1_900 && { next: String(at + 100) }) } });
  });
  return { rounds: () => rounds };
}

it('lists two thousand with a screenful in the document, finds one by typing, and keeps focus while updates come', async () => {
  await open({ viewport: { width: 1280, height: 900 } }, async ({ page, complaints }) => {
    const { rounds } = await routeMany(page);
    await page.clock.install();
    /** Waits for the first page of another round. The clock of the page goes on only when the round before is over. */
    const nextRound = async (): Promise<void> => {
      const before = rounds();
      const forward = async (): Promise<number> => {
        await page.clock.fastForward(15_000);
        return rounds();
      };
      await expect.poll(forward).toBeGreaterThan(before);
    };
    await page.goto(`${station.url}/#/targets`);
    await page.getByText('2000 targets', { exact: true }).waitFor();
    expect(await page.locator('.targets > li').count()).toBeLessThanOrEqual(60);
    await page.getByLabel('Search').fill('host-1234.example');
    await page.getByText('1 targets', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Target 1234' }).waitFor();
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Sort').selectOption('name');
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await page.getByRole('link', { name: 'Target 1999' }).waitFor();
    expect(await page.locator('.targets > li').last().getAttribute('aria-posinset')).toBe('2000');
    await page.getByLabel('Sort').selectOption('worst');
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('.targets > li[aria-posinset="1"]').waitFor();
    const first = page.locator('.targets > li').first().getByRole('link');
    const name = (await first.textContent()) ?? '';
    await first.focus();
    await nextRound();
    await nextRound();
    // The Tab key goes on from where it was, although others fail now.
    expect(await page.evaluate('document.activeElement.textContent')).toBe(name);
    for (const place of ['2', '3']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest("li").ariaPosInSet')).toBe(place);
    }
    // A row that is scrolled far away takes the focus with it: nobody is in the list any more.
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await page.locator('.targets > li[aria-posinset="2000"]').waitFor();
    await nextRound();
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('.targets > li[aria-posinset="1"]').waitFor();
    await expect
      .poll(() => page.locator('.targets > li').first().getByRole('link').textContent())
      .not.toBe(name);
    // In it again, and out of it: who has left the list gets it in its order.
    const now = page.locator('.targets > li').first().getByRole('link');
    await now.focus();
    const held = (await now.textContent()) ?? '';
    await nextRound();
    expect(await page.locator('.targets > li').first().getByRole('link').textContent()).toBe(held);
    await page.getByLabel('Search').focus();
    await expect
      .poll(() => page.locator('.targets > li').first().getByRole('link').textContent())
      .not.toBe(held);
    expect(complaints).toEqual([]);
  });
});

it('says how to begin where nothing is registered', async () => {
  await open({ locale: 'de-CH' }, async ({ page }) => {
    await page.route('**/targets*', (route) => route.fulfill({ json: { targets: [] } }));
    await page.goto(`${station.url}/#/targets`);
    // The first view has read the targets before.
    await page.reload();
    await page.getByText('inbound-check target add').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
