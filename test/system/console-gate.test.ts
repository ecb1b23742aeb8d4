/**
 * The go-live board on a station, in a real browser: a customer behind a firewall of its own (network namespaces, nft), the other end
 * run from the text that the board shows, and the board turns green by itself when the firewall opens.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import buildOnce from '../cli/build-once.ts';
import { ENTRY } from '../cli/run-cli.ts';
import { spawnIn } from '../lab/host.ts';
import { command, makeDirectory, removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import { newFolder } from '../local/station/running-station.ts';
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
import { launchBrowser } from './browser.ts';
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
  let browser: Browser;
  let url = '';
  let folder = '';
  const ended: (() => void)[] = [];
  const inProber = (...args: string[]): Promise<string> =>
    command('ip', ['netns', 'exec', boxes.prober, process.execPath, ENTRY, ...args]);

  beforeAll(async () => {
    buildOnce();
    customer = await buildCustomer();
    await setRulesOf('firewall', firewallRules(CLOSED));
    folder = newFolder();
    const args = [ENTRY, 'serve', '--listen', '127.0.0.1:0', '--data', folder, '--allow-private'];
    const station = spawnIn(boxes.prober, process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    ended.push(() => station.kill('SIGTERM'));
    url = await new Promise((resolve, reject) => {
      let seen = '';
      station.stdout?.on('data', (piece) => {
        seen += String(piece);
        const found = /^station at (http:\S+),/m.exec(seen)?.[1];
        if (found !== undefined) resolve(found);
      });
      station.once('exit', (status) => reject(new Error(`serve ended with ${status}`)));
    });
    const token = (await inProber('serve', 'token', '--role', 'operator', '--data', folder)).trim();
    await command('ip', [
      ...['netns', 'exec', boxes.prober, 'env'],
      ...[`INBOUND_CHECK_API=${url}`, `INBOUND_CHECK_TOKEN=${token}`, process.execPath, ENTRY],
      ...['target', 'add', 'Golive', '--check', `http://${PUBLIC}/`, '--check', `https://${PUBLIC}/`],
    ]);
    // The browser is a machine of the prober's network, too.
    const inside = join(makeDirectory(), 'chromium');
    const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
    writeFileSync(inside, `#!/bin/sh\nexec ip netns exec ${boxes.prober} ${program} "$@"\n`);
    chmodSync(inside, 0o755);
    browser = await launchBrowser(inside);
  });
  afterAll(async () => {
    await browser?.close();
    for (const end of ended) end();
    customer?.stop();
    removeOwnNamespaces();
  });

  it('shows the text for the other end, turns green by its proof when the firewall opens, and compares what they read', async () => {
    const link = (await inProber('serve', 'link', '--data', folder)).trim().split(/\s+/).at(-1) ?? '';
    const look = { viewport: { width: 1920, height: 1080 }, locale: 'en-GB' };
    await openPage(browser, link, look, async ({ page, complaints }) => {
      await page.getByRole('button').click();
      await page.waitForURL(`${url}/`);
      await page.clock.install();
      await page.goto(`${url}/#/gate/Golive`);
      await page.getByText('2 of 2 not passing').waitFor();
      await page.screenshot({ path: join(shots, 'closed.png'), fullPage: true });
      // Behind NAT the refusal has the endpoint's own address, so that is as far as it can be told from outside.
      await page.getByText('Turn of the operator of the host: 2, since').waitFor();
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
    });
  });
});
