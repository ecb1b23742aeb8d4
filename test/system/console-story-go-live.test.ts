/**
 * From nothing to the page that is handed over, without AWS: `npm start` in a home that is empty, the link of its first line, a
 * router that drops 443 to a real nginx, the rule opened, a board that turns green by itself, and the signed page, which
 * `verify` takes and of which it takes no altered byte.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRY, ROOT } from '../cli/run-cli.ts';
import { createHost, type Finished, type Host, spawnIn } from '../lab/host.ts';
import { removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import { launchBrowserIn } from './console-story/browser-in.ts';
import { boxes, buildInternet, type Internet, SHOP, TESTER } from './console-story/internet.ts';
import { openPage, violations } from './open-page.ts';

const reason = whyNoLab();
const inCi = !['', 'false'].includes(process.env.CI ?? '');
const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-story-')),
  'console-story',
);
mkdirSync(shots, { recursive: true });
const TRUST = fileURLToPath(new URL('./story/trust-entry.mjs', import.meta.url));
/** A build, on a machine that does other things as well. */
const BUILD_MS = 600_000;
const COMMAND_MS = 120_000;

it.skipIf(reason !== undefined && !inCi)('the story can be tried here', () => {
  expect(reason).toBeUndefined();
});

describe.skipIf(reason !== undefined)('a go-live by one person without AWS', () => {
  let internet: Internet;
  let browser: Browser;
  let tester: Host;
  let home = '';
  let said = '';
  let stop = (): void => undefined;

  /** What the person types in another terminal of the same machine, in the same home. */
  const type = (environment: Readonly<Record<string, string>>, ...args: string[]): Promise<Finished> =>
    tester.run(
      'env',
      [
        ...['-i', `PATH=${process.env.PATH}`, `HOME=${home}`],
        ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        ...[process.execPath, ENTRY, ...args],
      ],
      { timeoutMs: COMMAND_MS },
    );
  const printed = async (finished: Promise<Finished>): Promise<string> => {
    const { status, stdout, stderr } = await finished;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  };

  beforeAll(async () => {
    internet = await buildInternet();
    await internet.forwards([80]);
    home = mkdtempSync(join(internet.directory, 'home-'));
    expect(readdirSync(home)).toEqual([]);
    tester = createHost(boxes.tester);
    const station = spawnIn(boxes.tester, 'npm', ['start'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // All there is: no credentials, no settings. The shop's authority stands among Node's roots.
      env: {
        PATH: process.env.PATH,
        HOME: home,
        NODE_OPTIONS: `--import=${TRUST}`,
        STORY_ROOT: internet.root,
        npm_config_update_notifier: 'false',
      },
    });
    stop = () => station.kill('SIGTERM');
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`npm start does not come up: ${said}`)), BUILD_MS);
      for (const stream of [station.stdout, station.stderr])
        stream?.on('data', (piece) => {
          said += String(piece);
          if (/^station at .*\n/m.test(said)) {
            clearTimeout(late);
            resolve();
          }
        });
      station.once('exit', (status) => reject(new Error(`npm start ended with ${status}: ${said}`)));
    });
    // The browser is a program of the same machine, too.
    browser = await launchBrowserIn(boxes.tester, internet.directory);
  });
  afterAll(async () => {
    await browser?.close();
    stop();
    tester?.stop();
    internet?.stop();
    removeOwnNamespaces();
  });

  it('from the link of the first line to a signed page that verify takes', async () => {
    const [, url = '', data, link = ''] =
      /^station at (http:\S+), data in (\S+); sign in once, within 10 minutes: (\S+)$/m.exec(said) ?? [];
    expect(data).toBe(join(home, '.local/state/inbound-check/station'));
    const options = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };
    /** Opened before the link is used, as by who was sent it: its button is pressed afterwards. */
    const early = await browser.newContext();
    const late = await early.newPage();
    await late.goto(link);

    const file = join(internet.directory, 'handed-over.html');
    await openPage(browser, link, options, async ({ page, complaints }) => {
      await page.getByText('signs you in as operator').waitFor();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${url}/`);

      await late.getByRole('button', { name: 'Sign in' }).click();
      await late.getByRole('heading', { name: 'This link was used already' }).waitFor();
      const again = await late.goto(link);
      expect(again?.status()).toBe(410);
      expect(await late.textContent('main')).toContain('inbound-check serve link makes another');
      // It made nobody a session.
      await late.goto(`${url}/`);
      expect(late.url()).toBe(`${url}/sign-in`);
      await early.close();

      await page.getByLabel('Host or URI').fill(SHOP);
      await page.getByLabel('Ticket').fill('T-1');
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      await page.locator('section.verdict.fail').waitFor();
      const headline = (await page.locator('section.verdict h2').textContent()) ?? '';
      await page.screenshot({ path: join(shots, 'blocked.png'), fullPage: true });
      expect(headline).toContain(`${SHOP}: 443 is blocked by a firewall`);
      const blocked = page.getByRole('region', { name: `https://${SHOP}:443/` });
      expect(await blocked.textContent()).toContain('tcp.filtered');
      expect(await blocked.textContent()).toContain('the network team (firewall, NAT or provider)');
      // The source to look for in their log, and the proof that our own way out works.
      expect(await blocked.textContent()).toContain(`source ${TESTER}`);
      expect(await blocked.textContent()).toContain('our control one.one.one.one:443 answered');
      expect(await internet.dropped()).toBeGreaterThan(0);

      const token = (await printed(type({}, 'serve', 'token', '--role', 'operator'))).trim();
      const asked = { INBOUND_CHECK_API: url, INBOUND_CHECK_TOKEN: token };
      const checks = ['--check', `https://${SHOP}/`, '--check', `http://${SHOP}/`];
      await printed(type(asked, 'target', 'add', 'Shop', ...checks));

      await page.clock.install();
      await page.getByRole('navigation').getByRole('link', { name: 'Go-live' }).click();
      await page.getByRole('link', { name: 'Shop' }).click();
      // What answers on 80 leads to 443.
      await page.getByText('2 of 2 not passing').waitFor();
      await page.getByText('Turn of the network team (firewall, NAT or provider): 2, since').waitFor();
      await page.getByText('Measuring again at').waitFor();
      for (const id of [`https://${SHOP}:443/`, `http://${SHOP}:80/`])
        expect(await page.locator('.tile.fail', { hasText: id }).textContent()).toContain('tcp.filtered');
      await page.screenshot({ path: join(shots, 'gate-red.png'), fullPage: true });
      expect(await violations(page)).toEqual([]);

      await internet.forwards([80, 443]);
      await page.clock.fastForward(31_000);
      await page.getByText('Everything passes.').waitFor();
      expect(await page.locator('.tile.pass').count()).toBe(2);
      await page.screenshot({ path: join(shots, 'gate-green.png'), fullPage: true });
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save signed page' }).click();
      await (await saved).saveAs(file);
      expect(complaints).toEqual([]);

      // The key by the way that docs/report.md names, and not out of the page itself.
      const key = /SHA256:[\w+/-]{43}/.exec(await printed(type(asked, 'fleet', 'status')))?.[0] ?? '';
      expect(await printed(type({}, 'verify', '--key', key, file))).toContain('GENUINE');

      // One byte of what a reader sees.
      const bytes = readFileSync(file);
      const at = bytes.indexOf(SHOP);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const altered = join(internet.directory, 'altered.html');
      writeFileSync(altered, bytes);
      const refused = await type({}, 'verify', '--key', key, altered);
      expect(refused.stdout + refused.stderr).toContain('ALTERED');
      expect(refused.status).toBe(1);
    });
  });
});
