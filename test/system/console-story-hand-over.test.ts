/**
 * Hand-over by keyboard alone, on a telephone's width: from a phone call to a link in three inputs, the text of the ticket, the
 * customer's network engineer who opens the link without a session, checks again and sees before and now, and the link revoked. No
 * mouse is used: nothing in this file clicks, fills or checks.
 */
import { createServer } from 'node:http';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningKey } from '../../lib/local/signing-key.ts';
import { type Station, startStation, withAccess } from '../../lib/local/station/station.ts';
import { newFolder } from '../local/station/running-station.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';
import { launchBrowser } from './browser.ts';
import { keyboardOf } from './console-story/keyboard.ts';
import { shotsOf } from './console-story/shots.ts';
import { openPage, violations } from './open-page.ts';

const { look } = shotsOf('console-story-hand-over');
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  locale: 'en-GB',
  permissions: ['clipboard-read', 'clipboard-write'],
};
const SCANS = 20;

let browser: Browser;
let station: Station;
let folder: string;
let shop: string;
let shopPort: number;
/** Not there until somebody has started it. */
const site = createServer((_, response) => response.end('<title>Shop</title>'));

beforeAll(async () => {
  browser = await launchBrowser();
  folder = newFolder();
  const port = await closedPort();
  shopPort = await closedPort();
  shop = `http://127.0.0.1:${shopPort}/`;
  const signer = await openSigningKey(`${folder}/signing-key.pem`);
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
const clipboard = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');
const checksLeft = async (link: string): Promise<string | undefined> =>
  /\d+ of \d+ left/.exec(await (await fetch(link)).text())?.[0];

it('from the phone call to a link that is revoked, by keys alone', async () => {
  await openPage(browser, await signInLink(), PHONE, async ({ page, complaints }) => {
    const keys = keyboardOf(page);
    await keys.press(page.getByRole('button', { name: 'Sign in' }));
    await page.waitForURL(`${station.url}/`);

    // Three inputs: host, product ("not sure" by the arrow keys and back), ticket.
    await keys.type(page.getByLabel('Host or URI'), '127.0.0.1');
    await keys.reach(page.getByRole('radio', { name: /^Not sure/ }));
    await page.keyboard.press('ArrowDown');
    await keys.focus();
    await page.keyboard.press('ArrowUp');
    expect(await page.getByRole('radio', { name: /^Not sure/ }).isChecked()).toBe(true);
    // The host was a test page on a port of its own: who types a URI is asked for no product.
    await page.keyboard.press('Shift+Tab');
    await keys.type(page.getByLabel('Host or URI'), shop);
    await keys.type(page.getByLabel('Ticket'), 'T-5');
    await look(page, 'asked');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Check of/ }).waitFor();
    // Whoever stands on a button that goes when the run has ended does not begin at the top again.
    await keys.reach(page.getByRole('button', { name: 'Stop' }));
    await page.locator('section.verdict.fail').waitFor();
    await keys.focus();
    expect(await violations(page)).toEqual([]);

    await keys.press(page.getByRole('button', { name: 'Text for the ticket' }));
    const copy = page.getByRole('button', { name: 'Copy: Text for the ticket' });
    await keys.press(copy, 'Space');
    await page.getByText('Copied: Text for the ticket').waitFor();
    const text = await clipboard(page);
    expect(text).toBe(await page.locator('.hand-over pre').textContent());
    expect(text).toContain('T-5');
    expect(text).toContain('tcp.refused');
    expect(await keys.focus()).toContain('Text for the ticket');
    await look(page, 'ticket');

    await page.keyboard.press('Shift+Tab');
    await keys.focus();
    await keys.press(page.getByRole('button', { name: 'Make a link…' }));
    // The form has the focus when it opens.
    await page.getByText('Left out:').waitFor();
    expect(await keys.focus()).toContain('Days until it ends');
    await keys.press(page.getByLabel('Whoever has the link may check again'), 'Space');
    await keys.press(page.getByRole('button', { name: 'Make the link', exact: true }));
    const shown = page.getByRole('link', { name: /\/s\// });
    await shown.waitFor();
    expect(await keys.focus()).toContain('Make the link');
    await keys.press(page.getByRole('button', { name: /^Copy: http/ }));
    await page.getByText(/^Copied: http/).waitFor();
    const link = await clipboard(page);
    expect(link).toBe(await shown.getAttribute('href'));
    await look(page, 'link');
    expect(await violations(page)).toEqual([]);

    // Mail scanners look at the link and at each page of it.
    const before = await checksLeft(link);
    for (let scan = 0; scan < SCANS; scan += 1)
      for (const path of [link, `${link}/again`, `${link}/0`]) expect((await fetch(path)).status).toBe(200);
    expect(await checksLeft(link)).toBe(before);

    await visit(link);

    // Called off: by the list in the settings.
    await keys.press(page.getByRole('link', { name: 'Settings' }));
    await page.getByRole('heading', { name: 'Vantages', level: 1 }).waitFor();
    await keys.focus();
    await keys.press(page.getByRole('link', { name: 'Links' }));
    await page.getByRole('heading', { name: 'Links', level: 1 }).waitFor();
    await page.getByText('checks again: 1 of 5 used').waitFor();
    await keys.press(page.getByRole('button', { name: /^Revoke/ }));
    await page.getByText('revoked', { exact: true }).waitFor();
    expect(await keys.focus()).toContain('revoked');
    await look(page, 'revoked');
    expect(complaints).toEqual([]);
    await asIfItNeverWas(link);
  });
}, 600_000);

/** The network engineer's own browser, which has no session. */
async function visit(link: string): Promise<void> {
  await new Promise<void>((resolve) => site.listen(shopPort, '127.0.0.1', resolve));
  await openPage(browser, link, PHONE, async ({ page, complaints, requests }) => {
    expect(await page.context().cookies()).toEqual([]);
    const keys = keyboardOf(page);
    await page.getByText('tcp.refused').first().waitFor();
    await look(page, 'opened');
    await keys.press(page.getByRole('link', { name: 'Check again…' }));
    await page.getByRole('heading', { name: /again\?$/ }).waitFor();
    await look(page, 'question');
    await keys.press(page.getByRole('button', { name: 'Check now' }));
    await page.getByRole('heading', { name: 'Before and now' }).waitFor();
    const sides = page.locator('dl.sides').first().locator('div');
    expect(await sides.nth(0).textContent()).toMatch(/^Before.*Failed.*tcp\.refused/s);
    expect(await sides.nth(1).textContent()).toMatch(/^Now.*Passed/s);
    // Beside each other, also here.
    const [left, right] = [await sides.nth(0).boundingBox(), await sides.nth(1).boundingBox()];
    expect(right?.y).toBe(left?.y);
    expect(right?.x).toBeGreaterThan(left?.x ?? 0);
    await look(page, 'before-and-now');
    expect(await violations(page)).toEqual([]);
    await keys.press(page.getByRole('listitem').getByRole('link').last());
    await page.waitForURL(/\/1$/);
    await page.getByText('Inbound Check').first().waitFor();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => new URL(url).origin !== new URL(link).origin)).toEqual([]);
  });
}

async function asIfItNeverWas(link: string): Promise<void> {
  const never = `${new URL(link).origin}/s/${'x'.repeat(42)}A`;
  for (const path of ['', '/again', '/0', '/1', '.json']) {
    const [closed, unknown] = await Promise.all([link, never].map((base) => fetch(base + path)));
    expect([closed?.status, await closed?.text()]).toEqual([404, await unknown?.text()]);
  }
}
