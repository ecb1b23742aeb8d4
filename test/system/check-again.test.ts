/** A link that may check again, on a station, in real browsers: made in the console, pressed by a visitor without a session. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningKey } from '../../lib/local/signing-key.ts';
import { type Station, startStation, withAccess } from '../../lib/local/station/station.ts';
import { newFolder } from '../local/station/running-station.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';
import { launchBrowser } from './browser.ts';
import { openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-again-')),
  'check-again',
);
mkdirSync(shots, { recursive: true });

let browser: Browser;
let station: Station;
let folder: string;
let shop: string;
let shopPort: number;
/** Not there until the firewall's rule is, so to say. */
const site = createServer((_, response) => response.end('<title>Shop</title>'));

beforeAll(async () => {
  browser = await launchBrowser();
  folder = newFolder();
  const port = await closedPort();
  shopPort = await closedPort();
  shop = `http://127.0.0.1:${shopPort}/`;
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
});
afterAll(async () => {
  await browser?.close();
  await station?.close();
  site.close();
});

const signInLink = async (): Promise<string> => {
  const link = await withAccess(folder, (access) => access.ownerLink('operator'));
  return link.ok ? (link.value ?? '') : '';
};
const runsBegun = async (url: string): Promise<number> => {
  const text = await (await fetch(url)).text();
  return 5 - Number(/(\d+) of 5 left/.exec(text)?.[1] ?? 5);
};

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

/** By the keyboard alone. */
async function press(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < 40; tabs += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement?.textContent')) === name) break;
  }
  await page.keyboard.press('Enter');
}

it('from the console to a visitor who sees before and now, until the link is revoked', async () => {
  let link = '';
  await openPage(browser, await signInLink(), { locale: 'en-GB' }, async ({ page }) => {
    await page.getByRole('button').click();
    await page.getByLabel('Host or URI').fill(shop);
    await page.getByLabel('Ticket').fill('T-1');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.locator('section.verdict').waitFor({ timeout: 240_000 });
    await page.getByRole('button', { name: 'Make a link…' }).click();
    // What is left out stands there before the link is made.
    await page.getByText('Left out:').waitFor();
    await page.getByText('station:operator/owner: ticket T-1').waitFor();
    await page.getByLabel('Whoever has the link may check again').check();
    await look(page, 'make');
    await page.getByRole('button', { name: 'Make the link', exact: true }).click();
    const shown = page.getByRole('link', { name: /\/s\// });
    await shown.waitFor();
    link = (await shown.getAttribute('href')) ?? '';
  });
  expect(new URL(link).pathname).toMatch(/^\/s\/[\w-]{43}$/);

  for (let scan = 0; scan < 20; scan += 1)
    for (const path of [link, `${link}/again`])
      expect((await fetch(path, { method: scan % 2 === 0 ? 'GET' : 'HEAD' })).status).toBe(200);
  expect(await runsBegun(link)).toBe(0);

  await new Promise<void>((resolve) => site.listen(shopPort, '127.0.0.1', resolve));
  await openPage(browser, link, { locale: 'en-GB' }, async ({ page, complaints, requests }) => {
    expect(await page.context().cookies()).toEqual([]);
    await look(page, 'before');
    await press(page, 'Check again…');
    await page.getByRole('heading', { name: /^Check 127\.0\.0\.1:\d+ again\?$/ }).waitFor();
    await look(page, 'question');
    await press(page, 'Check now');
    // It looks by itself until there is something to compare.
    await page.getByRole('heading', { name: 'Before and now' }).waitFor({ timeout: 240_000 });
    await look(page, 'after');
    const sides = page.locator('dl.sides').first();
    expect(await sides.locator('div').nth(0).textContent()).toContain('Failed');
    expect(await sides.locator('div').nth(0).textContent()).toContain('tcp.refused');
    expect(await sides.locator('div').nth(1).textContent()).toContain('Passed');
    expect(await runsBegun(link)).toBe(1);
    // The report opens alone, as it was signed.
    await page.getByRole('listitem').getByRole('link').last().click();
    await page.getByText('Inbound Check').first().waitFor();
    expect(await page.locator('html').innerHTML()).not.toContain('Check again');
    await page.goBack();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => new URL(url).origin !== new URL(link).origin)).toEqual([]);
    // A second press within the pause is refused with the time of the next.
    await page.goto(`${link}/again`);
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByRole('alert').getByText('The next check can be started at').waitFor();
    await look(page, 'refused');
  });

  await openPage(browser, await signInLink(), { locale: 'en-GB' }, async ({ page }) => {
    await page.getByRole('button').click();
    // Going elsewhere before that would take back the sign-in.
    await page.waitForURL(`${station.url}/`);
    await page.goto(`${station.url}/#/settings/links`);
    await page.getByText('checks again: 1 of 5 used').waitFor();
    await look(page, 'links');
    await page.getByRole('button', { name: /^Revoke/ }).click();
    await page.getByText('revoked').waitFor();
    await page.goto(`${station.url}/#/settings/people`);
  });
  const never = `${new URL(link).origin}/s/${'x'.repeat(42)}A`;
  for (const path of ['', '/again', '/1', '.json']) {
    const answers = await Promise.all([link, never].map((base) => fetch(base + path)));
    const [closed, unknown] = await Promise.all(answers.map((answer) => answer.text()));
    expect([answers[0]?.status, closed]).toEqual([404, unknown]);
  }
}, 600_000);
