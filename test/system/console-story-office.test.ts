/**
 * A station behind a stock nginx with TLS, and an issuer: what goes wrong at sign-in ends on one page that says what to do,
 * the board shows a result with its next look, and whoever guesses passwords keeps nobody else waiting.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunStatus, StartedRun } from '../../lib/service/contracts/runs.ts';
import buildOnce from '../cli/build-once.ts';
import { makeToken } from '../local/station/running-station.ts';
import { launchBrowser } from './browser.ts';
import { type Office, openOffice } from './console-story/office.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-office-')),
  'console-office',
);
mkdirSync(shots, { recursive: true });
const shot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

let office: Office;
let browser: Browser;
/** Milliseconds between two looks at a run that goes on (lib/console/check/run-view.tsx). */
const LOOK_MS = 1_000;
/** The budget of one probe, and the pause before a failure is tried again, so that a busy machine ends neither. */
const PATIENCE_MS = 60_000;
/** Beyond whatever the page's own clock says by then. */
const PAUSE_AHEAD_MS = 60_000;
const password = (name: string): string => `long enough for no. ${name.length}`;

beforeAll(async () => {
  buildOnce();
  office = await openOffice();
  browser = await launchBrowser(undefined, [`--ignore-certificate-errors-spki-list=${office.spki}`]);
  for (const name of ['ada', 'bert']) await invite(name);
});
afterAll(async () => {
  await browser?.close();
  await office?.stop();
});

const visit = async <T>(address: `127.0.0.${number}`, look: (opened: Opened) => Promise<T>): Promise<T> =>
  openPage(
    browser,
    `${office.url}/sign-in`,
    { locale: 'en-GB', viewport: { width: 1280, height: 900 }, proxy: await office.from(address) },
    look,
  );

/** By an invitation, in a browser of their own. */
async function invite(name: string): Promise<void> {
  const args = ['serve', 'invite', '--role', 'operator', '--name', name, '--data', office.station.folder];
  const { stdout, stderr } = await office.station.cli('', ...args);
  expect(stderr).toBe('');
  await visit('127.0.0.40', async ({ page }) => {
    await page.goto(stdout.trim());
    await page.getByLabel('New password').fill(password(name));
    await page.getByLabel('The same again').fill(password(name));
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForURL(`${office.url}/`);
  });
}

async function tryPassword(page: Page, name: string, given: string): Promise<number> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(given);
  const answer = page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/sign-in',
  );
  await page.getByRole('button', { name: 'Sign in' }).click();
  const status = (await answer).status();
  await page.waitForLoadState();
  return status;
}

it('a redirect address that the issuer does not know: one page says which one to register, and then it works', async () => {
  const callback = `${office.url}/sign-in/issuer/callback`;
  office.redirects = [`${callback}/`];
  office.issuer.script.claims = { preferred_username: 'carla@example.com', groups: ['helpdesk'] };
  await visit('127.0.0.41', async ({ page }) => {
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByText('redirect_uri is not registered').waitFor();
    await page.goBack();
    await page.getByText('did not come back').waitFor();
    expect(await page.locator('dd').allTextContents()).toEqual([callback]);
    expect(await page.textContent('main')).toContain('register exactly this one');
    expect(await violations(page)).toEqual([]);
    await shot(page, 'redirect-mismatch');
    // Whoever runs the issuer does what the page says.
    office.redirects = await page.locator('dd').allTextContents();
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByRole('heading', { name: 'Check a host now' }).waitFor();
  });
});

it('too many groups: one page says what the issuer left out and what to use in their place', async () => {
  office.issuer.script.claims = {
    preferred_username: 'dora@example.com',
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.example.com/x' } },
  };
  await visit('127.0.0.42', async ({ page, requests }) => {
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByText('too many groups').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in/issuer/callback');
    expect(await page.textContent('main')).toContain('app roles');
    expect(await page.textContent('main')).toContain('dora@example.com');
    expect(await violations(page)).toEqual([]);
    await shot(page, 'groups-left-out');
    // It ends there: nothing goes round between the station and the issuer.
    expect(requests.filter((url) => new URL(url).pathname === '/authorize')).toHaveLength(1);
    expect((await page.goto(`${office.url}/`))?.url()).toBe(`${office.url}/sign-in`);
  });
});

it('cells are filled by the next look, a second after the one before, while the run goes on', async () => {
  const waiting: ServerResponse[] = [];
  let isHeld = true;
  const answer = (response: ServerResponse): void => void response.end('<title>held</title>');
  const held = createServer((_, response) => (isHeld ? waiting.push(response) : answer(response)));
  const nobody = createServer();
  for (const server of [held, nobody]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const [heldUri = '', refusedUri = ''] = [held, nobody].map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  );
  await new Promise((resolve) => nobody.close(resolve));
  const token = await makeToken(office.station.folder, 'operator', '--name', 'cells');
  const checks = ['--check', heldUri, '--check', refusedUri];
  expect((await office.station.cli(token, 'target', 'add', 'Two', ...checks)).stderr).toBe('');
  const api = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${office.station.url}${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  const started = await api('/runs', {
    targets: ['Two'],
    settings: { timeout: PATIENCE_MS, confirm: 1, confirmPause: PATIENCE_MS },
  });
  const { runId } = StartedRun.parse(started);
  /** What the API has, beside the page. */
  const known = async () => {
    const { status, vantages } = RunStatus.parse(await api(`/runs/${runId}?detail=endpoints`));
    const seen = vantages.flatMap((one) => one.seen ?? []);
    return { status, seen: Object.fromEntries(seen.map(({ endpoint, state }) => [endpoint, state])) };
  };
  await visit('127.0.0.43', async ({ page, complaints }) => {
    await page.clock.install();
    expect(await tryPassword(page, 'bert', password('bert'))).toBe(303);
    await page.waitForURL(`${office.url}/`);
    await page.goto(`${office.url}/#/runs/${runId}`);
    const cells = page.locator('table.board td');
    // What is known stands there while the other endpoint is still awaited.
    await page.locator('table.board td.seen').waitFor();
    expect(await cells.allTextContents()).toEqual(['waiting', 'closedtcp.refused']);
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    // From here on the page's clock stands still.
    await page.clock.pauseAt(Date.now() + PAUSE_AHEAD_MS);
    isHeld = false;
    waiting.forEach(answer);
    await expect
      .poll(known)
      .toEqual({ status: 'running', seen: { [heldUri]: 'open', [refusedUri]: 'closed' } });
    await page.clock.runFor(LOOK_MS);
    await page.locator('table.board td.seen').nth(1).waitFor();
    expect(await cells.allTextContents()).toEqual(['open', 'closedtcp.refused']);
    expect(await page.locator('p.first').textContent()).toContain(
      `First finding: ${refusedUri}: closed from local tcp.refused`,
    );
    await shot(page, 'cells');
    // It waits before it tries again what failed.
    expect((await known()).status).toBe('running');
    await page.clock.resume();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('The run was stopped').waitFor();
    expect(complaints).toEqual([]);
  });
  held.close();
  held.closeAllConnections();
});

it('twenty wrong passwords for one person keep neither her nor anybody else from signing in at another address', async () => {
  await visit('127.0.0.50', async ({ page }) => {
    const statuses: number[] = [];
    let told = '';
    for (let count = 0; count < 20; count += 1) {
      const status = await tryPassword(page, 'ada', `guess ${count}`);
      statuses.push(status);
      if (status === 429) told = (await page.getByRole('alert').textContent()) ?? '';
    }
    expect(statuses.slice(0, 5)).toEqual([403, 403, 403, 403, 403]);
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
    expect(told).toMatch(
      /Too many wrong passwords from your address: try again in \d+ s\. Nobody else is kept waiting\./,
    );
    await shot(page, 'guessing');
    for (const name of ['bert', 'ada'])
      await visit('127.0.0.51', async ({ page: other }) => {
        expect(await tryPassword(other, name, password(name))).toBe(303);
        await other.getByRole('heading', { name: 'Check a host now' }).waitFor();
      });
    const token = await makeToken(office.station.folder, 'operator', '--name', 'record');
    const record = await fetch(`${office.station.url}/audit`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const written = JSON.stringify(await record.json());
    expect(written).toContain('"client":"127.0.0.50"');
    expect(written).toContain('"client":"127.0.0.51"');
  });
});
