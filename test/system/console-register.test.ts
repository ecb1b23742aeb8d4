/** Registering, changing and removing a target in the console, in a real browser on a station. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TargetView } from '../../lib/service/contracts/targets.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-')),
  'console-register',
);
mkdirSync(shots, { recursive: true });

let browser: Browser;
let station: RunningStation;
let token = '';
const site = createServer((_, response) => response.end('<title>Shop</title>'));
let shop = '';

beforeAll(async () => {
  browser = await launchBrowser();
  station = await startStation(newFolder());
  token = await makeToken(station.folder, 'operator');
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  shop = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
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

const registered = async (name: string): Promise<TargetView | undefined> => {
  const answer = await fetch(`${station.url}/targets/${encodeURIComponent(name)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return answer.status === 404 ? undefined : ((await answer.json()) as TargetView);
};

/** By whom and when apart. */
const definitionOf = async (name: string) => (await registered(name))?.definition;

it('registers, says each refusal at its field, changes, and removes after a question', async () => {
  await open({ timezoneId: 'Europe/Zurich' }, async ({ page }) => {
    await page.getByRole('navigation').getByRole('link', { name: 'Targets' }).click();
    await page.getByRole('link', { name: 'Register a target' }).first().click();
    const save = page.getByRole('button', { name: 'Register', exact: true });
    const focused = () => page.evaluate('document.activeElement.name');
    await save.click();
    await page.getByText('Give it a name').waitFor();
    expect(await focused()).toBe('name');
    await page.keyboard.type('Shop/1');
    await save.click();
    await page.getByText('Type an address, or choose what it is').waitFor();
    await page.getByLabel('Address 1', { exact: true }).fill(shop);
    await page.getByRole('button', { name: 'Add an address' }).click();
    await expect.poll(focused).toMatch(/^row-/);
    await page.keyboard.type('htps://127.0.0.1/');
    await page.getByLabel('Whose is it?').fill('Example AG');
    await page.getByLabel('How often?').fill('1x');
    await save.click();
    await page.getByText('expected a name of 1 to 100 letters').waitFor();
    expect(await focused()).toBe('name');
    await page.getByLabel('What is it called?').fill('Shop');
    await save.click();
    const second = page.getByLabel('Address 2', { exact: true });
    await expect.poll(() => second.getAttribute('aria-invalid')).toBe('true');
    expect(await second.evaluate((field) => document.activeElement === field)).toBe(true);
    await page.screenshot({ path: join(shots, 'refused.png'), fullPage: true });
    expect(await violations(page)).toEqual([]);
    await second.fill('tcp://127.0.0.1:1');
    await page.getByLabel('What is expected of address 2').selectOption('closed');
    await save.click();
    // The target is saved by now; what is wrong with its schedule stands there.
    await page.getByText('The target is registered; its schedule is not:').waitFor();
    expect(await page.getByLabel('How often?').inputValue()).toBe('1x');
    expect(await page.getByLabel('What is it called?').isDisabled()).toBe(true);
    await page.getByLabel('How often?').fill('0 7 * * 1-5');
    await page.getByText('Time zone: Europe/Zurich').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/#\/targets\/Shop$/);
    expect(await definitionOf('Shop')).toEqual({ check: [shop], closed: ['tcp://127.0.0.1:1'] });
    expect(await registered('Shop')).toMatchObject({ owner: 'Example AG', schedule: { state: 'active' } });
    const part = page.getByRole('region', { name: 'Registration' });
    await part.getByText(`${shop} must be reachable`).waitFor();
    await part.getByText('tcp://127.0.0.1:1 must not be reachable from the internet').waitFor();
    await part.getByText('No webhook yet').waitFor();

    await part.getByRole('link', { name: 'Change' }).click();
    await page.getByRole('heading', { name: 'Change Shop' }).waitFor();
    expect(await page.getByLabel('How often?').inputValue()).toBe('0 7 * * 1-5');
    await page.getByRole('button', { name: 'Remove Address 2' }).click();
    await page.getByText('What must hold beyond an answer').click();
    await page.getByLabel('Accepted HTTP status codes').fill('200 and so on');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Write status codes as 200,301 or 200-299.').waitFor();
    await page.getByLabel('Accepted HTTP status codes').fill('200-204');
    await page.getByLabel('How often?').fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/#\/targets\/Shop$/);
    expect(await definitionOf('Shop')).toEqual({
      check: [shop],
      assertions: { status: [200, 201, 202, 203, 204] },
    });
    expect(await registered('Shop')).not.toHaveProperty('schedule');
    await page.getByText('Accepted HTTP status codes: 200-204').waitFor();

    // Another one of the name would take its place.
    await page.goto(`${station.url}/#/register`);
    await page.getByLabel('What is it called?').fill('Shop');
    await page.getByLabel('Address 1', { exact: true }).fill('tcp://127.0.0.1:9');
    await save.click();
    await page.getByText('A target of this name is registered already').waitFor();
    expect(await definitionOf('Shop')).toHaveProperty('assertions');

    await page.goto(`${station.url}/#/targets/Shop`);
    await page.getByLabel('Check', { exact: true }).fill('1h');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('active').waitFor();
    await page.getByRole('button', { name: 'Remove …' }).click();
    const sure = page.getByRole('alertdialog');
    expect(await sure.textContent()).toContain('reports and the history of its runs stay');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await sure.waitFor({ state: 'detached' });
    expect(await registered('Shop')).toBeDefined();
    await page.getByRole('button', { name: 'Remove …' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Targets' }).waitFor();
    expect(await registered('Shop')).toBeUndefined();
  });
});

it('keeps what was typed when the session has ended', async () => {
  await open({}, async ({ page }) => {
    await page.goto(`${station.url}/#/register`);
    await page.getByLabel('What is it called?').fill('Kept');
    await page.getByLabel('Address 1', { exact: true }).fill(shop);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('Your session has ended').first().waitFor();
    const other = await page.context().newPage();
    await signIn(other);
    await page.locator('form').getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Kept' }).waitFor();
    expect(await definitionOf('Kept')).toEqual({ check: [shop] });
  });
});

it('watches what a check has checked, by keyboard alone at the width of a phone', async () => {
  await open({ viewport: { width: 390, height: 844 } }, async ({ page }) => {
    await page.getByLabel('Host or URI').focus();
    await page.keyboard.type(shop);
    await page.keyboard.press('Tab');
    await page.keyboard.type('T-1');
    await page.keyboard.press('Enter');
    await page.locator('section.verdict').waitFor();
    await page.getByRole('link', { name: 'Watch this' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Register a target' }).waitFor();
    const name = page.getByLabel('What is it called?');
    await name.waitFor();
    expect(await name.inputValue()).toBe(new URL(shop).host);
    expect(await page.getByLabel('Address 1', { exact: true }).inputValue()).toBe(shop);
    expect(await page.getByLabel('How often?').inputValue()).toBe('1h');
    await page.screenshot({ path: join(shots, 'watch-phone.png'), fullPage: true });
    await name.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: new URL(shop).host }).waitFor();
    expect(await registered(new URL(shop).host)).toMatchObject({
      definition: { check: [shop] },
      schedule: {},
    });
  });
});

const VIEWPORTS = [
  ['phone', { width: 390, height: 844 }, 'light'],
  ['desktop', { width: 1280, height: 900 }, 'dark'],
  ['zoomed', { width: 640, height: 450 }, 'light'],
  ['wide', { width: 2560, height: 1300 }, 'dark'],
] as const;

it('fits, and can be used by all, with everything unfolded', async () => {
  await open({}, async ({ page }) => {
    for (const [size, viewport, colorScheme] of VIEWPORTS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.goto(`${station.url}/#/targets`);
      await page.goto(`${station.url}/#/register?host=ir.example.com&profile=cicada-ir`);
      for (const group of ['Options', 'What must hold beyond an answer']) await page.getByText(group).click();
      await page.screenshot({ path: join(shots, `form-${size}-${colorScheme}.png`), fullPage: true });
      expect(
        await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
        size,
      ).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    }
  });
});
