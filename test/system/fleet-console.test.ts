/** A fleet's console for people without AWS credentials, in a real browser, against the emulated cloud with a scripted Cognito. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../certificates/authority.ts';
import { readAssembly, synthesize } from '../fleet-rig/assembly.ts';
import { bundleHandler } from '../fleet-rig/bundle.ts';
import type { PoolPerson } from '../fleet-rig/cognito.ts';
import { type ConsoleHome, startConsoleHome } from '../fleet-rig/console-home.ts';
import { type Rig, startRig } from '../fleet-rig/rig.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-fleet-console-')),
  'fleet-console',
);
mkdirSync(shots, { recursive: true });

const person = (name: string, number: number, ...groups: string[]): PoolPerson => ({
  email: `${name}@example.com`,
  subject: `0a1b2c3d-0000-4000-8000-00000000000${number}`,
  groups,
});
const people = {
  ada: person('ada', 1, 'reader'),
  ben: person('ben', 2, 'operator'),
  eve: person('eve', 3),
  fay: person('fay', 4, 'reader', 'support'),
};
type Name = keyof typeof people;

const folder = mkdtempSync(join(tmpdir(), 'fleet-console-'));
const site = createServer((_, response) => response.end('<title>Shop</title>'));
let shop = '';
let rig: Rig;
let home: ConsoleHome;
let browser: Browser;

beforeAll(async () => {
  await synthesize(join(folder, 'cdk.out'), { console: true, vantageRegions: ['eu-central-1'] });
  const assembly = readAssembly(join(folder, 'cdk.out'));
  rig = await startRig({ assembly, proberBundle: await bundleHandler('prober-entry.ts', folder) });
  const { key, chain } = await (await createAuthority()).issue({ names: ['localhost'] });
  home = await startConsoleHome(assembly, rig, people, { key, cert: chain });
  browser = await launchBrowser(undefined, home.switches);
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  shop = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser?.close();
  await home?.close();
  await rig?.stop();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the console, which leads to the sign-in page, and signs in there. */
const as = <T>(name: Name, look: (opened: Opened) => Promise<T>, path = '/'): Promise<T> =>
  openPage(browser, `${home.url}${path}`, { locale: 'en-GB' }, async (opened) => {
    await signIn(opened.page, name);
    return look(opened);
  });

async function signIn(page: Page, name: Name): Promise<void> {
  await page.getByRole('link', { name: `Sign in as ${name}` }).click();
}

async function fillCheck(page: Page, ticket: string): Promise<void> {
  await page.getByLabel('Host or URI').fill(shop);
  await page.getByLabel('Ticket').fill(ticket);
}
const check = (page: Page): Promise<void> => page.getByRole('button', { name: 'Check', exact: true }).click();

describe('a reader', () => {
  it('signs in by PKCE, sees who they are, and finds no token anywhere that stays', async () => {
    await as('ada', async ({ page, complaints, requests }) => {
      await page.getByText('ada@example.com').waitFor();
      await page.getByText('Nothing is stopped').waitFor();
      expect(await page.locator('.who').textContent()).toContain('reader');
      expect(page.url()).toBe(`${home.url}/`);
      const stored = (await page.evaluate(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
      )) as string;
      expect(JSON.parse(stored)).toEqual([{}, {}, '']);
      expect(await page.context().cookies()).toEqual([]);
      expect(await page.evaluate('indexedDB.databases()')).toEqual([]);
      const authorize = requests
        .map((url) => new URL(url))
        .find(({ pathname }) => pathname === '/oauth2/authorize');
      expect(authorize?.searchParams.get('code_challenge_method')).toBe('S256');
      expect([...(authorize?.searchParams.keys() ?? [])]).not.toContain('client_secret');
      expect(new Set(requests.map((url) => new URL(url).host))).toEqual(
        new Set([
          new URL(home.url).host,
          new URL(home.apiUrl).host,
          home.cognito.loginHost,
          home.cognito.identityHost,
        ]),
      );
      expect(complaints).toEqual([]);
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: join(shots, 'reader.png'), fullPage: true });
    });
  });

  it('may not start a run: one line says whom to ask', async () => {
    const before = rig.states.started();
    await as('ada', async ({ page }) => {
      await page.locator('main .hint').first().waitFor();
      expect(await page.locator('main .hint').first().textContent()).toContain('reader');
      expect(await page.getByLabel('Host or URI').count()).toBe(0);
      await page.screenshot({ path: join(shots, 'refused.png'), fullPage: true });
    });
    expect(rig.states.started()).toEqual(before);
  });

  it('may not register a target: one line says whom to ask', async () => {
    await as(
      'ada',
      async ({ page }) => {
        await page.getByText('Ask an operator to register it: the role reader may not.').waitFor();
        expect(await page.locator('form').count()).toBe(0);
      },
      '/#/register?host=www.example.com&profile=web',
    );
  });

  it('who is in support, too, has the role of the group that counts first', async () => {
    await as('fay', async ({ page }) => {
      await page.getByText('fay@example.com').waitFor();
      expect(await page.locator('.who').textContent()).toContain('support');
    });
  });
});

describe('an operator', () => {
  it('may start a run, which is recorded by the person and not by the role that all share', async () => {
    await as('ben', async ({ page }) => {
      await fillCheck(page, 'T-2');
      await check(page);
      await page.locator('section.verdict').waitFor();
      const runId = decodeURIComponent(/#\/runs\/([^?]+)/.exec(page.url())?.[1] ?? '');
      const items = JSON.stringify(await rig.table.all(`RUN#${runId}`));
      expect(items).toContain(`cognito:eu-central-1_RigPool01/${people.ben.subject}`);
      expect(items).not.toContain('CognitoIdentityCredentials');
      await page.screenshot({ path: join(shots, 'verdict.png'), fullPage: true });
    });
  });

  it('registers a target, is told how to prove it first, looks, and vouches for it', async () => {
    await as('ben', async ({ page }) => {
      await page.getByRole('navigation').getByRole('link', { name: 'Targets' }).click();
      await page.getByRole('link', { name: 'Register a target' }).first().click();
      await page.getByLabel('What is it called?').fill('Ben’s shop');
      await page.getByLabel('Address 1', { exact: true }).fill('https://shop.rig.test/');
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByText('expected a name of 1 to 100 letters').waitFor();
      await page.getByLabel('What is it called?').fill('Shop');
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Shop' }).waitFor();
      // Before everything else, since nothing is checked without it.
      const first = page.locator('main section').first();
      expect(await first.getAttribute('aria-labelledby')).toBe('ownership');
      await first.getByText('shop.rig.test: not proven').waitFor();
      const copies = await first.getByRole('button', { name: /^Copy: / }).count();
      expect(copies).toBe(4);
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: join(shots, 'unproven.png'), fullPage: true });
      await first.getByRole('button', { name: 'Look again' }).click();
      await first.getByText('shop.rig.test: not found').waitFor();
      await first.getByLabel('Or vouch for it').fill('contract 4711');
      await page.keyboard.press('Enter');
      await page.getByText('shop.rig.test: vouched for').waitFor();
      await page.getByText('contract 4711').waitFor();
      await page.getByRole('button', { name: 'Remove …' }).click();
      await page.getByRole('button', { name: 'Remove it' }).click();
      await page.getByRole('heading', { level: 1, name: 'Targets' }).waitFor();
    });
  });

  it('keeps the place that a link leads to', async () => {
    await as(
      'ben',
      async ({ page }) => {
        await page.getByRole('heading', { name: 'What to do next' }).waitFor();
        expect(page.url()).toBe(`${home.url}/#/causes/tcp.filtered`);
      },
      '/#/causes/tcp.filtered',
    );
  });

  it('gets new credentials when the old ones are over, and notices nothing', async () => {
    await as('ben', async ({ page }) => {
      await page.getByText('Nothing is stopped').waitFor();
      const before = home.cognito.given();
      home.cognito.expireCredentials();
      await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
      await page.getByText('eu-central-1').first().waitFor();
      expect(home.cognito.given()).toBe(before + 1);
      const parts = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
      expect(await parts.allTextContents()).toEqual(['Vantages', 'Links', 'Alerts']);
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  it('whose session is over signs in again in another tab, and goes on with what was typed', async () => {
    await as('ben', async ({ page }) => {
      await page.getByText('Nothing is stopped').waitFor();
      await fillCheck(page, 'T-3');
      home.cognito.endSessions();
      await check(page);
      const form = page.locator('form');
      await form.getByText('Your session has ended').waitFor();
      const other = page.context().waitForEvent('page');
      await form.getByRole('button', { name: 'Sign in' }).click();
      const tab = await other;
      await signIn(tab, 'ben');
      await tab.getByText('Close this tab').waitFor();
      expect(await page.getByLabel('Ticket').inputValue()).toBe('T-3');
      await form.getByRole('button', { name: 'Try again' }).click();
      await page.locator('section.verdict').waitFor();
    });
  });

  it('signs out at the sign-in page, too', async () => {
    await as('ben', async ({ page }) => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in as ada' }).waitFor();
    });
  });
});

it('who is in no group is told so on one page, with what to do', async () => {
  const before = home.cognito.given();
  await as('eve', async ({ page }) => {
    const said = page.getByRole('alert');
    await said.waitFor();
    expect(await said.textContent()).toMatch(
      /^You are signed in as eve@example\.com, but in no group.* sign in again\.$/,
    );
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: join(shots, 'no-group.png'), fullPage: true });
  });
  expect(home.cognito.given()).toBe(before);
});

it.each([
  ['?error=access_denied&error_description=%3Ch1%3EGive+me+your+password', 'access_denied'],
  ['?code=stolen&state=unknown', 'state'],
])('a way back that nobody went (%s) signs nobody in, and shows nothing of it', async (query, says) => {
  await openPage(browser, `${home.url}/${query}`, { locale: 'en-GB' }, async ({ page }) => {
    await page.getByText(`The sign-in ended without a session (${says})`).waitFor();
    expect(page.url()).toBe(`${home.url}/`);
    expect(await page.content()).not.toContain('password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await signIn(page, 'ada');
    await page.getByText('ada@example.com').waitFor();
  });
});

describe('another origin', () => {
  const ask = (origin: string, method = 'POST') =>
    fetch(`${rig.api.url}/validations`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method },
    });

  it('has no answer to its preflights; the console’s has, without a signature', async () => {
    const own = await ask(home.url);
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([204, home.url]);
    expect(own.headers.get('access-control-allow-headers')?.split(',')).toEqual(
      expect.arrayContaining(['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256']),
    );
    expect(own.headers.get('access-control-allow-credentials')).toBeNull();
    const other = await ask('https://evil.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const asked = rig.lambda.calls.map(({ payload }) => payload);
    expect(asked.filter((payload) => payload.includes('"method":"POST"'))).not.toEqual([]);
    expect(asked.filter((payload) => payload.includes('"method":"OPTIONS"'))).toEqual([]);
  });
});

it('the page may ask the one API alone, though the header allows the names of the region', async () => {
  await as('ada', async ({ page }) => {
    await page.getByText('ada@example.com').waitFor();
    const blocked = page.waitForEvent('console', (message) =>
      message.text().includes('Content Security Policy'),
    );
    const outcome = await page.evaluate(
      `fetch('https://other.execute-api.eu-central-1.amazonaws.com/').then(() => 'asked', () => 'refused')`,
    );
    expect(outcome).toBe('refused');
    expect((await blocked).text()).toContain('connect-src');
  });
});
