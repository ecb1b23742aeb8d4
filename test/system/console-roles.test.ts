/** The console on a station for each role, for two people at once, and while the API is away: one station, one browser. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contracts } from '../../lib/service/api/operations.ts';
import { ROLES, type Role, roles } from '../../lib/service/api/roles.ts';
import { peopleContracts } from '../../lib/service/contracts/people.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-')),
  'console-roles',
);
mkdirSync(shots, { recursive: true });
/** Longer than any view waits until it looks again. */
const LOOKS_AGAIN_MS = 31_000;
const PASSWORD = 'long enough for a test';

let browser: Browser;
let station: RunningStation;
let token = '';
/** Answers when the test says so. */
const waiting: ServerResponse[] = [];
let isSlow = false;
const site = createServer((_, response) => {
  if (isSlow) waiting.push(response);
  else response.end('<title>Shop</title>');
});
let shop = '';

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${station.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.status, path).toBeLessThan(300);
  return answer.status === 204 ? {} : await answer.json();
}
async function run(target: string): Promise<string> {
  const { runId } = await ask('POST', '/runs', { targets: [target], settings: { confirm: 0 } });
  await vi.waitFor(async () => expect((await ask('GET', `/runs/${runId}`)).status).toBe('finished'), {
    timeout: 60_000,
    interval: 100,
  });
  return String(runId);
}

let lastRun = '';
beforeAll(async () => {
  browser = await launchBrowser();
  station = await startStation(newFolder());
  token = await makeToken(station.folder, 'operator', '--name', 'ci');
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  shop = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  await ask('PUT', '/targets/Shop', { definition: { check: [shop] } });
  await ask('PUT', '/targets/Mill', { definition: { check: [`tcp://127.0.0.1:${await closedPort()}`] } });
  await ask('PUT', '/schedules/Mill', { every: '1d' });
  await ask('PUT', '/webhooks/desk', { kind: 'generic', url: shop });
  lastRun = await run('Shop');
  // What fails without a second look is told when it fails again.
  await run('Mill');
  await run('Mill');
});
afterAll(async () => {
  await browser.close();
  await station.end('SIGTERM');
  site.closeAllConnections();
  site.close();
});

/** In a browser of their own, signed in by a link of the machine. */
const as = <T>(
  role: Role,
  look: (opened: Opened) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> =>
  openPage(
    browser,
    `${station.url}/sign-in`,
    { locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options },
    async (opened) => {
      const { stdout } = await station.cli('', 'serve', 'link', '--role', role, '--data', station.folder);
      await opened.page.goto(stdout.trim().split(/\s+/).at(-1) ?? '');
      await opened.page.getByRole('button').click();
      await opened.page.waitForURL(`${station.url}/`);
      await opened.page.getByText('Nothing is stopped').waitFor();
      return look(opened);
    },
  );

/** With a name and a password. */
const asOperator = <T>(name: string, look: (opened: Opened) => Promise<T>): Promise<T> =>
  openPage(
    browser,
    `${station.url}/sign-in`,
    { locale: 'en-GB', viewport: { width: 1280, height: 900 } },
    async (opened) => {
      const args = ['--role', 'operator', '--name', name, '--data', station.folder];
      const { stdout } = await station.cli('', 'serve', 'invite', ...args);
      await opened.page.goto(stdout.trim());
      await opened.page.getByLabel('New password').fill(PASSWORD);
      await opened.page.getByLabel('The same again').fill(PASSWORD);
      await opened.page.getByRole('button', { name: 'Join' }).click();
      await opened.page.waitForURL(`${station.url}/`);
      await opened.page.getByText('Nothing is stopped').waitFor();
      return look(opened);
    },
  );

const goTo = async (page: Page, place: string, until: string): Promise<void> => {
  await page.goto(`${station.url}/#/${place}`);
  await page.getByText(until).first().waitFor();
};

/** What can be done in each view, by which operation, and what is there when the view is. */
const DOING: readonly (readonly [
  place: string,
  until: string,
  controls: Readonly<Record<string, string>>,
])[] = [
  ['', 'Open alerts', { Check: 'validate', 'Acknowledge Mill': 'acknowledgeAlert' }],
  [
    'targets/Mill',
    'Next runs',
    {
      'Check now': 'startRun',
      'Acknowledge Mill': 'acknowledgeAlert',
      Pause: 'pauseSchedule',
      Remove: 'removeSchedule',
      Set: 'setSchedule',
      Announce: 'setMaintenance',
    },
  ],
  ['settings/vantages', 'Last runs', { Invite: 'putVantage', 'Stop everything …': 'stopFleet' }],
  ['settings/webhooks', 'desk', { 'Send a test desk': 'testWebhook' }],
  ['settings/people', 'Tokens', { Invite: 'invitePerson', 'Make a token': 'makeToken' }],
];
const everyContract = [...contracts, ...Object.values(peopleContracts)];
const may = (role: Role, id: string): boolean => {
  const contract = everyContract.find((one) => one.id === id);
  if (contract === undefined) throw new Error(`there is no operation ${id}`);
  return roles[role].mayCall(contract);
};

describe('each view as each role', () => {
  it.each(ROLES)('%s: shows what may be done, and nothing else', async (role) => {
    await as(role, async ({ page, complaints }) => {
      for (const [place, until, controls] of DOING) {
        await goTo(page, place, until);
        for (const [name, id] of Object.entries(controls)) {
          const button = page.getByRole('main').getByRole('button', { name, exact: true });
          // Waits where it has to come; where it must not, the view is whole already.
          if (may(role, id)) await button.first().waitFor();
          else expect([place, name, await button.count()]).toEqual([place, name, 0]);
        }
        expect(await violations(page)).toEqual([]);
        await page.screenshot({
          path: join(shots, `${role}-${place.replace('/', '-') || 'first'}.png`),
          fullPage: true,
        });
      }
      await goTo(page, `runs/${lastRun}`, 'Save signed page');
      expect(await page.getByRole('button', { name: 'Make a link…' }).count()).toBe(
        may(role, 'createShare') ? 1 : 0,
      );
      await goTo(page, 'gate/Shop', 'Shop');
      if (may(role, 'startRun')) await page.getByText('Everything passes.').waitFor();
      else {
        await page.getByText('Ask an operator to open it').waitFor();
        await page.screenshot({ path: join(shots, `${role}-gate.png`), fullPage: true });
      }
      await goTo(page, 'register', may(role, 'putTarget') ? 'Owner' : 'Ask an operator');
      expect((await page.getByRole('main').getByRole('textbox').count()) > 0).toBe(may(role, 'putTarget'));
      if (!may(role, 'validate')) {
        await goTo(page, '', 'Ask an operator for the role support');
        // Nobody gives more than their own.
        await goTo(page, 'settings/people', 'Tokens');
        expect(await page.getByLabel('Role').locator('option').allTextContents()).toEqual(['reader']);
      }
      // A refusal would be in the browser's console.
      expect(complaints).toEqual([]);
    });
  });
});

it('two people at once: both see what the last one did, of an alert, a schedule and the switch that stops all', async () => {
  await asOperator('ada', async ({ page: ada }) => {
    await asOperator('bert', async ({ page: bert }) => {
      for (const page of [ada, bert]) {
        await page.clock.install();
        await goTo(page, '', 'Acknowledge');
        await page.getByLabel('What is done about it Mill').fill('…');
      }
      // Both take up the same alert: what the one has done the other's page does not know yet.
      const open = await ask('GET', '/alerts');
      await bert.route('**/alerts', (route) => route.fulfill({ json: open }));
      for (const [page, reason] of [
        [ada, 'the firewall team is on it'],
        [bert, 'called the provider'],
      ] as const) {
        await page.getByLabel('What is done about it Mill').fill(reason);
        await page.getByRole('button', { name: 'Acknowledge Mill' }).click();
        await bert.unroute('**/alerts');
        await page.getByText(reason).waitFor();
      }
      await ada.clock.fastForward(LOOKS_AGAIN_MS);
      await ada.getByText('called the provider').waitFor();
      // Both set the schedule.
      for (const page of [ada, bert]) await goTo(page, 'targets/Mill', 'Next runs');
      for (const [page, every] of [
        [ada, '6h'],
        [bert, '12h'],
      ] as const) {
        await page.getByRole('textbox', { name: 'Check', exact: true }).fill(every);
        await page.getByRole('button', { name: 'Set', exact: true }).click();
        await page.getByRole('region', { name: 'Schedule' }).getByText(every, { exact: true }).waitFor();
      }
      // What ada is typing meanwhile stays, and so does her place.
      const reason = ada.getByRole('region', { name: 'Maintenance' }).getByLabel('Reason');
      await reason.fill('new fire');
      await ada.clock.fastForward(LOOKS_AGAIN_MS);
      await ada.getByRole('region', { name: 'Schedule' }).getByText('12h', { exact: true }).waitFor();
      await ada.keyboard.type('wall');
      expect(await reason.inputValue()).toBe('new firewall');
      // The last one has it in hand (lib/service/state/acknowledgements.ts).
      for (const page of [ada, bert]) {
        const alerts = page.getByRole('region', { name: 'Alerts' });
        await alerts.getByText('called the provider').first().waitFor();
        expect(await alerts.getByText('the firewall team is on it').count()).toBe(0);
      }

      // One stops everything while the other checks.
      isSlow = true;
      await goTo(bert, 'targets/Shop', 'Registration');
      await bert.getByRole('button', { name: 'Check now' }).click();
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      await goTo(ada, 'settings/vantages', 'Last runs');
      await ada.getByRole('button', { name: 'Stop everything …' }).click();
      await ada.getByLabel('Why?').fill('the customer called');
      await ada.getByRole('button', { name: 'Stop everything now' }).click();
      await ada.getByText('Everything is stopped by').waitFor();
      await bert.clock.fastForward(LOOKS_AGAIN_MS);
      await bert.getByText(/The run was stopped:.*the customer called/).waitFor();
      for (const response of waiting.splice(0)) response.end();
      isSlow = false;
      await bert.screenshot({ path: join(shots, 'stopped-run.png'), fullPage: true });
      // Nothing starts, and the refusal says why; then he lets it go on, which both see.
      await goTo(bert, 'targets/Shop', 'Registration');
      await bert.getByRole('button', { name: 'Check now' }).click();
      await bert.getByRole('alert').filter({ hasText: 'the customer called' }).waitFor();
      await goTo(bert, 'settings/vantages', 'Everything is stopped by');
      await bert.getByRole('button', { name: 'Resume' }).click();
      await bert.getByRole('button', { name: 'Stop everything …' }).waitFor();
      await ada.clock.fastForward(LOOKS_AGAIN_MS);
      await ada.getByRole('button', { name: 'Stop everything …' }).waitFor();

      // He gets another role, which ends his session: one line says so, and after a sign-in in another tab the page has what he may do.
      await goTo(bert, 'targets/Shop', 'Registration');
      const { people } = (await ask('GET', '/people')) as { people: { handle: string; name?: string }[] };
      const handle = people.find(({ name }) => name === 'bert')?.handle;
      await ask('PUT', `/people/${handle}`, { role: 'reader' });
      await bert.clock.fastForward(LOOKS_AGAIN_MS);
      await bert.getByText('Your session has ended').waitFor();
      expect(await bert.getByText('Your session has ended').count()).toBe(1);
      const opened = bert.context().waitForEvent('page');
      await bert.getByRole('link', { name: 'Sign in' }).click();
      const tab = await opened;
      await tab.getByLabel('Name').fill('bert');
      await tab.getByLabel('Password').fill(PASSWORD);
      await tab.getByRole('button', { name: 'Sign in' }).click();
      await tab.getByText('Nothing is stopped').waitFor();
      await bert.clock.fastForward(LOOKS_AGAIN_MS);
      await bert.getByRole('button', { name: 'Check now' }).waitFor({ state: 'detached' });
      expect(await bert.getByText('Your session has ended').count()).toBe(0);
      await bert.screenshot({ path: join(shots, 'reader-now.png'), fullPage: true });
    });
  });
});

it('the API away: one line says so once, what was typed and the place stay, and it goes on by itself', async () => {
  await as('operator', async ({ page }) => {
    await page.clock.install();
    await goTo(page, '', 'Open alerts');
    // Texts that a screen reader is given, in their order.
    await page.evaluate(`
      self.spoken = [];
      const LIVE = '[role=alert], [role=status], [aria-live]';
      const elementOf = (node) => (node.nodeType === 1 ? node : node.parentElement);
      new MutationObserver((changes) => {
        const regions = new Set();
        for (const { target, addedNodes } of changes) {
          regions.add(elementOf(target)?.closest(LIVE));
          for (const node of addedNodes) {
            regions.add(elementOf(node)?.closest(LIVE));
            if (node.nodeType === 1) for (const region of node.querySelectorAll(LIVE)) regions.add(region);
          }
        }
        for (const region of regions) {
          const text = region?.textContent?.trim();
          if (text) self.spoken.push(text);
        }
      }).observe(document.body, { childList: true, characterData: true, subtree: true });`);
    await page.getByLabel('Host or URI').fill(shop);
    await page.getByLabel('Ticket').fill('T-4');
    const port = new URL(station.url).port;
    const { folder } = station;
    await station.end('SIGKILL');
    await page.clock.fastForward(LOOKS_AGAIN_MS);
    const notice = page.getByRole('alert').filter({ hasText: 'The API does not answer' });
    await notice.waitFor();
    // It stays away for a while, and is looked for every few seconds.
    for (let n = 0; n < 5; n += 1) await page.clock.fastForward(4_000);
    expect(await page.getByText('The API does not answer').count()).toBe(1);
    expect(await page.evaluate('self.spoken')).toEqual([expect.stringContaining('The API does not answer')]);
    expect(await page.getByText('Mill').count()).toBeGreaterThan(0);
    await page.screenshot({ path: join(shots, 'away.png'), fullPage: true });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await page.getByText('No answer came').waitFor();

    station = await startStation(folder, '--listen', `127.0.0.1:${port}`);
    await ask('PUT', '/targets/New', { definition: { check: [`tcp://127.0.0.1:${await closedPort()}`] } });
    await run('New');
    await run('New');
    await page.clock.fastForward(LOOKS_AGAIN_MS);
    await notice.waitFor({ state: 'detached' });
    // The truth of now, without a new load of the page.
    await page.getByRole('region', { name: 'Needs somebody' }).getByText('New').waitFor();
    expect(await page.getByLabel('Host or URI').inputValue()).toBe(shop);
    expect(await page.getByLabel('Ticket').inputValue()).toBe('T-42');
    expect(await page.evaluate('document.activeElement.name')).toBe('ticket');
    await page.keyboard.press('Enter');
    await page.locator('section.verdict').waitFor();
  });
});
