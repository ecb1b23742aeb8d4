/**
 * The go-live board on a station, in a real browser: a customer behind a firewall of its own (network namespaces, nft), the other end
 * run from the text that the board shows, and the board turns green by itself when the firewall opens.
 */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import buildOnce from '../cli/build-once.ts';
import { spawnIn } from '../lab/host.ts';
import { removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import {
  boxes,
  buildCustomer,
  type Customer,
  firewallRules,
  OPENED,
  PROBER,
  PUBLIC,
  setRulesOf,
} from './both-ends/customer.ts';
import { type Engineer, sitDownEngineer } from './console-story/engineer.ts';
import { openPage, violations } from './open-page.ts';

const reason = whyNoLab();
const inCi = !['', 'false'].includes(process.env.CI ?? '');
const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-gate-')),
  'console-gate',
);
mkdirSync(shots, { recursive: true });

it.skipIf(reason !== undefined && !inCi)('the laboratory can be built here', () => {
  expect(reason).toBeUndefined();
});

/** What is dropped says nothing of whose fault it is; this firewall tells. */
const CLOSED = 'counter reject with icmp type admin-prohibited';

describe.skipIf(reason !== undefined)('a go-live with both ends', { timeout: 240_000 }, () => {
  let customer: Customer;
  let engineer: Engineer;
  const ended: (() => void)[] = [];

  beforeAll(async () => {
    buildOnce();
    customer = await buildCustomer();
    await setRulesOf('firewall', firewallRules(CLOSED));
    engineer = await sitDownEngineer(boxes.prober, PROBER);
    const checks = ['--check', `http://${PUBLIC}/`, '--check', `https://${PUBLIC}/`];
    await engineer.cli('target', 'add', 'Golive', ...checks);
  });
  afterAll(async () => {
    await engineer?.stop();
    for (const end of ended) end();
    customer?.stop();
    removeOwnNamespaces();
  });

  it('shows the text for the other end, turns green by its proof when the firewall opens, and compares what they read', async () => {
    const look = { viewport: { width: 1920, height: 1080 }, locale: 'en-GB' };
    await openPage(engineer.browser, await engineer.signInLink(), look, async ({ page, complaints }) => {
      await page.getByRole('button').click();
      await page.waitForURL(`${engineer.url}/`);
      await page.clock.install();
      await page.goto(`${engineer.url}/#/gate/Golive`);
      await page.getByText('2 of 2 not passing').waitFor();
      await page.screenshot({ path: join(shots, 'closed.png'), fullPage: true });
      // The refusal has the endpoint's own address, and so has a router on the way there: address translation.
      await page.getByText('Turn of the network team (firewall, NAT or provider): 2, since').waitFor();
      await page.getByText('The other end', { exact: true }).click();
      await page.getByLabel('Linux with Python').check();
      const text = (await page.locator('pre.long').textContent()) ?? '';
      const code = (await page.locator('.told-code').textContent()) ?? '';
      expect(text).not.toContain(code);
      const listener = spawnIn(boxes.machine, 'sh', ['-c', text], {
        env: { PATH: process.env.PATH, INBOUND_CHECK_LISTENER_CODE: code },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      ended.push(() => listener.kill('SIGKILL'));
      let screen = '';
      listener.stdout?.on('data', (piece) => {
        screen += String(piece);
      });
      await page.getByRole('button', { name: 'Ask there now' }).click();
      await page.getByText('The listener is asked').waitFor();
      // A cause opens beside; and who looks at another page and comes back finds the call as it was.
      expect(await page.locator('.tile a').first().getAttribute('target')).toBe('_blank');
      await page.getByRole('navigation').getByRole('link', { name: 'Go-live' }).click();
      await page.getByLabel('Search').fill('golive');
      await page.getByRole('link', { name: 'Golive' }).waitFor();
      await page.goBack();
      await page.getByText('The listener is asked').waitFor();
      expect(await page.locator('.told-code').textContent()).toBe(code);
      await page.getByText('2 of 2 not passing').waitFor();
      await page.getByText('Measuring again at').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(screen).not.toContain('ARRIVED');
      await setRulesOf('firewall', firewallRules(OPENED));
      await page.clock.fastForward(31_000);
      await page.getByText('Everything arrives, at a listener.').waitFor();
      expect(await page.locator('.tile.pass').count()).toBe(2);
      const words = /^443 ARRIVED .* from (\S+), read aloud: ([A-Z]+ [A-Z]+ \d\d)$/m.exec(screen);
      expect(words?.[1]).toBe(PROBER);
      await page.getByLabel('443 They read:').fill('ALFA ALFA 10');
      await page.keyboard.press('Enter');
      await page.getByText('Not sent in this run: an older one').waitFor();
      await page.locator('.tile.fail').getByText('path.words-differ').waitFor();
      await page.getByLabel('443 They read:').fill(words?.[2] ?? '');
      await page.keyboard.press('Enter');
      await page.getByText('Right: it arrived where they read.').waitFor();
      await page.locator('.tile.fail').waitFor({ state: 'detached' });
      expect(await violations(page)).toEqual([]);
      for (const colorScheme of ['light', 'dark'] as const)
        for (const [width, height] of [
          [390, 844],
          [1280, 900],
          [2560, 1300],
        ] as const) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height });
          await page.screenshot({ path: join(shots, `green-${width}-${colorScheme}.png`), fullPage: true });
          expect(
            await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          ).toBeLessThanOrEqual(0);
        }
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save signed page' }).last().click();
      const download = await saved;
      expect(download.suggestedFilename()).toMatch(/^Golive-.*-joined\.html$/);
      const file = join(shots, 'joined.html');
      await download.saveAs(file);
      expect(verifyReport(readFileSync(file)).outcome).toBe('intact');
      expect(complaints).toEqual([]);
      await page.goto(`${engineer.url}/#/gate/Nobody`);
      await page.getByText('No target has the name “Nobody”.').waitFor();
      expect(await page.getByText('Measuring again at').count()).toBe(0);
      for (const name of ['All targets', 'Register a target'])
        expect(await page.locator('main').getByRole('link', { name }).count()).toBe(1);
    });
  });
});
