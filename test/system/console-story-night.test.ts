/**
 * A night at a station, and what its console shows: the machine's own network is away for an hour, a shop fails while the station
 * is killed, the disk is full during the upgrade, and in the morning a backup is restored elsewhere and shows the same.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../lib/local/station/store/database.ts';
import { LAST_VERSION, MIGRATIONS } from '../../lib/local/station/store/migrations.ts';
import { ipBatch, removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import { launchBrowserIn } from './console-story/browser-in.ts';
import { boxes, buildInternet, DEPOT, type Internet, ROUTER, SHOP } from './console-story/internet.ts';
import {
  EVERY,
  FULL_DISK,
  fallNight,
  type Night,
  type NightStation,
  type Served,
} from './console-story/night.ts';
import { type Opened, openPage, violations } from './open-page.ts';

const reason = whyNoLab();
const inCi = !['', 'false'].includes(process.env.CI ?? '');
const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-night-')),
  'console-night',
);
mkdirSync(shots, { recursive: true });
const MINUTE_MS = 60_000;
const EVERY_MS = EVERY.minutes * MINUTE_MS;
/** After the moment of a run: a timer that is due a millisecond later is due. */
const JUST_AFTER_MS = 50;
const DISK = '48m';

it.skipIf(reason !== undefined && !inCi)('the story can be tried here', () => {
  expect(reason).toBeUndefined();
});

describe.skipIf(reason !== undefined)('a night', () => {
  let internet: Internet;
  let browser: Browser;
  let night: Night;
  let disk = '';
  let folder = '';

  const running = (served: Served): NightStation => {
    if (served.status === 'ended') throw new Error(`serve ended with ${served.code}: ${served.stderr}`);
    return served.station;
  };
  const typed = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    const { status, stdout, stderr } = await night.type(environment, ...args);
    expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: expect.any(String) });
    return stdout;
  };
  /** The console as somebody sees it who comes in at that moment of the night. */
  const come = <T>(station: NightStation, data: string, look: (opened: Opened) => Promise<T>): Promise<T> => {
    const options = { viewport: { width: 1280, height: 900 }, locale: 'en-GB' };
    return openPage(browser, `${station.url}/sign-in`, options, async (opened) => {
      const { page, complaints } = opened;
      await page.clock.setFixedTime(night.now());
      const link = await typed({}, 'serve', 'link', '--data', data);
      await page.goto(link.trim().split(/\s+/).at(-1) ?? '');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Our side' }).waitFor();
      await page.getByText('Nothing is stopped').waitFor();
      const seen = await look(opened);
      expect(complaints).toEqual([]);
      return seen;
    });
  };
  const part = (page: Page, name: string): Promise<string> =>
    page
      .getByRole('region', { name, exact: true })
      .textContent()
      .then((text) => text ?? '');
  const shot = (page: Page, name: string): Promise<Buffer> =>
    page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

  /** Everything that tells of the night, as text. */
  const told = (station: NightStation, data: string, name: string) =>
    come(station, data, async ({ page }) => {
      await page.getByText('Loading').waitFor({ state: 'detached' });
      const first = {
        ours: await part(page, 'Our side'),
        needs: await part(page, 'Needs somebody'),
        alerts: await part(page, 'Open alerts'),
      };
      await shot(page, `${name}-first`);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('navigation').getByRole('link', { name: 'Targets' }).click();
      await page.getByText('2 targets').waitFor();
      const list = await page.locator('.targets > li').allTextContents();
      const strips = await page
        .locator('.targets > li')
        .getByRole('img')
        .evaluateAll((images) => images.map((image) => image.getAttribute('aria-label')));
      await shot(page, `${name}-targets`);
      const timelines: Record<string, string[]> = {};
      for (const target of ['Shop', 'Depot']) {
        await page.goto(`${station.url}/#/targets/${target}`);
        await page.getByRole('heading', { name: 'Registration' }).waitFor();
        await page.getByText('Next runs').waitFor();
        timelines[target] = await page
          .getByRole('region', { name: 'What changed' })
          .locator('.timeline > li')
          .allTextContents();
        timelines[`${target}: runs`] = [await part(page, 'Last runs')];
        timelines[`${target}: schedule`] = [await part(page, 'Schedule')];
        await shot(page, `${name}-${target.toLowerCase()}`);
      }
      return { ...first, list, strips, timelines };
    });

  beforeAll(async () => {
    internet = await buildInternet();
    await internet.forwards([80, 443]);
    disk = mkdtempSync(join(internet.directory, 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=0700`, 'tmpfs', disk]);
    folder = join(disk, 'station');
    night = await fallNight(internet);
    browser = await launchBrowserIn(boxes.tester, internet.directory);
  });
  afterAll(async () => {
    await browser?.close();
    night?.stop();
    internet?.stop();
    if (disk !== '') execFileSync('umount', ['--lazy', disk]);
    removeOwnNamespaces();
  });

  it('is one alert of our side and one of the shop, and in the morning the console tells of both', async () => {
    // In the evening.
    let station = running(await night.serve(folder));
    const token = await typed({}, 'serve', 'token', '--role', 'operator', '--name', 'ada', '--data', folder);
    const asked = { INBOUND_CHECK_API: station.url, INBOUND_CHECK_TOKEN: token.trim() };
    await Promise.all([
      typed(asked, 'target', 'add', 'Shop', '--check', `https://${SHOP}/`),
      typed(asked, 'target', 'add', 'Depot', '--check', `http://${DEPOT}/`),
      typed(asked, 'webhook', 'add', 'desk', '--url', night.receiver),
    ]);
    await Promise.all(
      ['Shop', 'Depot'].map((target) => typed(asked, 'schedule', 'set', target, '--every', EVERY.text)),
    );
    const { schedules } = JSON.parse(await typed(asked, 'schedule', 'list', '--format', 'json'));
    const firsts = new Map<string, number>(
      schedules.map(({ target, next }: { target: string; next: string }) => [target, Date.parse(next)]),
    );
    /** Passes the time until each target was checked, or could not be; then what is done about the one that was. */
    const round = async (
      number: number,
      words: readonly [string, string] = ['run published', 'run published'],
      then: (target: string) => Promise<void> = () => untilDelivered(folder),
    ) => {
      const begins = [...firsts]
        .map(([target, first]) => ({ target, at: night.beginOf(target, first, first + number * EVERY_MS) }))
        .toSorted((one, other) => one.at - other.at);
      for (const [index, { target, at }] of begins.entries()) {
        const word = words[index] ?? '';
        const before = station.said(`"${word}"`);
        await night.pass(station, at + JUST_AFTER_MS);
        await station.hasSaid(`"${word}"`, before + 1);
        await then(target);
      }
    };
    await round(0);
    expect(night.alerts).toEqual([]);

    // The cable of the station's own machine is out when both are due, and for an hour.
    await ipBatch(boxes.tester, ['link set eth0 down']);
    await round(1, ['run failed', 'scheduled run not started']);
    await night.pass(station, night.now() + 60 * MINUTE_MS);
    expect(night.alerts).toMatchObject([
      { kind: 'run-failed', target: 'station', side: 'prober', title: expect.stringContaining('our side') },
    ]);
    await come(station, folder, async ({ page }) => {
      const ours = await part(page, 'Our side');
      expect(ours).toContain('This machine has no way to the internet since');
      expect(ours).toContain('No target is to blame');
      expect(await part(page, 'Needs somebody')).toContain('No registered target fails.');
      expect(await page.getByRole('region', { name: 'Open alerts' }).count()).toBe(0);
      await shot(page, 'away-first');
      expect(await violations(page)).toEqual([]);
    });
    await ipBatch(boxes.tester, ['link set eth0 up', `route add default via ${ROUTER.outside}`]);
    const looks = (): number =>
      station.said('"scheduled run not started"') + station.said('"scheduled run started"');
    // The one whose run found the network away is made once more.
    while (station.said('"scheduled run started"') < 5) {
      const before = looks();
      await night.pass(station, night.now() + MINUTE_MS);
      await expect.poll(looks).toBeGreaterThan(before);
      await station.hasSaid('"run published"', station.said('"scheduled run started"') - 1);
    }
    expect(night.alerts).toHaveLength(1);

    // The shop fails, and the station is killed when the receiver has the alert and has not answered.
    await internet.forwards([80], [443]);
    const received = new Promise<void>((resolve) => night.onAlert(() => resolve()));
    await round(2, undefined, async (target) => {
      if (target !== 'Shop') return;
      await received;
      await station.end('SIGKILL');
      night.onAlert(undefined);
      station = running(await night.serve(folder));
      await untilDelivered(folder);
    });
    const [, failing, again] = night.alerts;
    expect(failing).toMatchObject({
      kind: 'failing',
      target: 'Shop',
      title: expect.stringContaining('tcp.refused'),
    });
    // The same one, and receivers know it by its id.
    expect(again).toEqual(failing);

    // The new version is installed. The disk is too full to begin, then it fills up in the middle, then there is room.
    await station.end('SIGTERM');
    await takeBackLastStep(join(folder, 'station.db'));
    const filler = join(disk, 'filler');
    fillUpTo(disk, filler, 1_000_000);
    expect(await night.serve(folder)).toMatchObject({
      status: 'ended',
      code: 64,
      stderr: expect.stringMatching(
        /to upgrade it \d+\.\d MB must be free on the disk, and \d\.\d MB are: nothing was changed, .*make room on the disk, then start this one again\n$/,
      ),
    });
    rmSync(filler);
    expect(await night.serve(folder, { load: FULL_DISK, filler })).toMatchObject({
      status: 'ended',
      code: 64,
      stderr: expect.stringMatching(
        /the upgrade failed: database or disk is full: nothing was changed, .*make room on the disk, then start this one again\n$/,
      ),
    });
    rmSync(filler);
    station = running(await night.serve(folder));
    expect(station.stderr()).toMatch(/the data is upgraded/);
    expect(readdirSync(folder)).toContain(`before-upgrade-${LAST_VERSION - 1}.db`);
    await round(3);
    expect(night.alerts).toHaveLength(3);

    // In the morning.
    const morning = await told(station, folder, 'morning');
    expect(morning.ours).toMatch(/Lately:\s*No way to the internet/);
    expect(morning.ours).not.toContain('This machine has no way');
    expect(morning.needs).toContain('Shop');
    expect(morning.needs).toContain('tcp.refused');
    expect(morning.needs).not.toContain('Depot');
    expect(morning.alerts).toContain('Shop');
    expect(morning.strips).toEqual(['Passed 2, Failed 2', 'Passed 4']);
    expect(morning.timelines.Shop).toHaveLength(1);
    expect(morning.timelines.Shop?.[0]).toMatch(/Passed.*→.*Failed[\s\S]*tcp\.refused/);
    expect(morning.timelines.Depot).toEqual([expect.stringContaining('First seen')]);

    // The machine is to be replaced: what the other one shows is the same.
    const backup = join(internet.directory, 'night.tar');
    await typed({}, 'serve', '--backup', backup, '--data', folder);
    await station.end('SIGTERM');
    const elsewhere = join(internet.directory, 'elsewhere');
    await typed({}, 'serve', '--restore', backup, '--data', elsewhere);
    const restored = running(await night.serve(elsewhere));
    expect(await told(restored, elsewhere, 'restored')).toEqual(morning);
    expect(night.alerts).toHaveLength(3);

    // Somebody takes it up, the port is opened, and the alert ends.
    await internet.forwards([80, 443]);
    await come(restored, elsewhere, async ({ page }) => {
      await page.getByLabel('What is done about it Shop').fill('the firewall team is on it');
      await page.getByRole('button', { name: 'Acknowledge Shop' }).click();
      await page.getByText('Taken up by').waitFor();
      await page.goto(`${restored.url}/#/targets/Shop`);
      await page.getByRole('button', { name: 'Check now' }).click();
      await page.locator('section.verdict.pass').waitFor();
      await page.goto(`${restored.url}/#/`);
      await page.getByText('No registered target fails.').waitFor();
      expect(await page.getByRole('region', { name: 'Open alerts' }).count()).toBe(0);
      await shot(page, 'repaired');
    });
    await expect.poll(() => night.alerts.length).toBe(5);
    expect(night.alerts.slice(3)).toMatchObject([
      { kind: 'acknowledged', target: 'Shop' },
      { kind: 'recovered', target: 'Shop' },
    ]);
  });
});

/** Makes the data that of the version before: its last step has added a table. */
async function takeBackLastStep(path: string): Promise<void> {
  const [, table] = /^CREATE TABLE (\w+) \([^;]*$/.exec(MIGRATIONS.at(-1)?.trim() ?? '') ?? [];
  if (table === undefined) throw new Error('the last step is no single table: take it back by hand here');
  const opened = await openDatabase(path);
  if (!opened.ok) throw new Error(opened.why);
  opened.database.execute(`DROP TABLE ${table}`);
  opened.database.run('DELETE FROM migrations WHERE version = ?', LAST_VERSION);
  // What the file beside it has room for would fit on a full disk.
  opened.database.first('PRAGMA wal_checkpoint(TRUNCATE)');
  opened.database.close();
}

/** Until receivers have every alert: what is under way ends before the clock is put forward. */
async function untilDelivered(folder: string): Promise<void> {
  const opened = await openDatabase(join(folder, 'station.db'));
  if (!opened.ok) throw new Error(opened.why);
  const { database } = opened;
  await expect
    .poll(() => database.first('SELECT count(*) AS open FROM outbox WHERE ended_at IS NULL')?.open)
    .toBe(0);
  database.close();
}

/** Leaves so many bytes. */
function fillUpTo(disk: string, filler: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}
