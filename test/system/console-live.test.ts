/**
 * A run of 12 endpoints × 6 vantages, watched live in a real browser: each server answers when the test lets it, so cells come one by
 * one; nothing moves while they do, no focus is lost, and what is found is said once.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAllowed } from '../../lib/local/site/allowed.ts';
import { createJoinClient, createSiteClient } from '../../lib/local/site/client.ts';
import { measureWork } from '../../lib/local/site/measure.ts';
import { workFor } from '../../lib/local/site/work.ts';
import { siteContracts } from '../../lib/service/contracts/site.ts';
import { publicKeyOf } from '../../lib/service/site/signature.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { listen, type Peer } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';
import { launchBrowser } from './browser.ts';
import { openPage, violations } from './open-page.ts';

const shots = join(
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-console-live-')),
  'console-live',
);
mkdirSync(shots, { recursive: true });

const ENDPOINTS = 12;
const ELSEWHERE = ['frankfurt', 'ohio', 'sydney', 'tokyo', 'zurich'];
const CELLS = ENDPOINTS * (ELSEWHERE.length + 1);
/** Of the servers, counted from 0, the one that speaks something else. */
const ODD = 1;

/** Connections that wait for the test, and what a server says to one. */
interface Gated extends Peer {
  readonly held: Socket[];
  isOpen: boolean;
  says: string;
}
const SSH = 'SSH-2.0-OpenSSH_9.6\r\n';

/** A server of SSH waits for the client's word; one that closes turns it away. */
function speak({ says }: Pick<Gated, 'says'>, socket: Socket): void {
  if (says === SSH) socket.write(says);
  else socket.end(says);
}

async function gated(says: string): Promise<Gated> {
  const held: Socket[] = [];
  const state = { held, isOpen: false, says };
  const peer = await listen((socket) => {
    if (state.isOpen) speak(state, socket);
    else held.push(socket);
  });
  return Object.assign(state, peer);
}

let browser: Browser;
let station: RunningStation;
let token = '';
const servers: Gated[] = [];
const ending = new AbortController();
const agents: Promise<unknown>[] = [];

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${station.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** A machine elsewhere that has joined, in this process. */
async function joinFrom(name: string): Promise<void> {
  const { code } = await ask<{ code: string }>('PUT', `/vantages/${name}`, { position: 'internet' });
  const url = new URL(station.url);
  const { privateKey } = generateKeyPairSync('ed25519');
  const joined = await createJoinClient(url)(siteContracts.joinSite, {
    body: { name, code: code.split('.').at(-1) ?? '', publicKey: publicKeyOf(privateKey) },
  });
  expect(joined.status).toBe('answered');
  const allowed = readAllowed(['127.0.0.0/8']);
  if (!allowed.ok) throw new Error(allowed.message);
  const telemetry = memoryTelemetry();
  agents.push(
    workFor({
      client: createSiteClient({ url, name, privateKey, now: Date.now }),
      measure: (batch, work) => measureWork(name, batch, { ...work, allowed: allowed.value, telemetry }),
      wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
      say: () => undefined,
      signal: ending.signal,
      random: Math.random,
    }),
  );
}

beforeAll(async () => {
  browser = await launchBrowser();
  station = await startStation(newFolder());
  token = await makeToken(station.folder, 'operator');
  for (let index = 0; index < ENDPOINTS; index += 1)
    servers.push(await gated(index === ODD ? 'HELO this is none\r\n' : SSH));
  for (const name of ELSEWHERE) await joinFrom(name);
  await ask('PUT', '/targets/Go-live', {
    definition: { check: servers.map(({ port }) => `ssh://127.0.0.1:${port}`) },
  });
});
afterAll(async () => {
  ending.abort();
  await browser.close();
  await station.end('SIGTERM');
  await Promise.all(agents);
  for (const server of servers) await server.close();
});

/** Looks on from within the page. */
const OBSERVER = `
  window.live = { shifts: [], delays: [], said: [] };
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      live.shifts.push(value.toFixed(4) + ' ' + sources.map(({ node }) => node?.nodeName + '.' + node?.className).join());
  }).observe({ type: 'layout-shift', buffered: true });
  let came = 0;
  const real = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    came = performance.now();
    return answer;
  };
  let filled = 0;
  const said = new Map();
  new MutationObserver(() => {
    const now = document.querySelectorAll('table.board td.seen').length;
    if (now > filled) requestAnimationFrame(() => live.delays.push(performance.now() - came));
    filled = now;
    for (const region of document.querySelectorAll('[role=status]'))
      if (said.get(region) !== region.textContent) {
        said.set(region, region.textContent);
        if (region.textContent.trim() !== '') live.said.push(region.textContent.trim());
      }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
`;

interface Observed {
  readonly shifts: readonly string[];
  readonly delays: readonly number[];
  readonly said: readonly string[];
}
const observed = (page: Page): Promise<Observed> => page.evaluate('window.live');

async function signIn(page: Page): Promise<void> {
  const { stdout } = await station.cli('', 'serve', 'link', '--data', station.folder);
  await page.goto(stdout.trim().split(/\s+/).at(-1) ?? '');
  await page.getByRole('button').click();
  await page.waitForURL(`${station.url}/`);
}

/** Pages of one run at the same time, each as wide. */
const WIDTHS = [390, 1280, 2560] as const;

async function watch(runId: string, look: (pages: readonly Page[]) => Promise<void>): Promise<void> {
  const more = async (pages: readonly Page[]): Promise<void> => {
    const width = WIDTHS[pages.length];
    if (width === undefined) return look(pages);
    const options = { viewport: { width, height: 900 }, locale: 'en-GB' };
    await openPage(browser, `${station.url}/sign-in`, options, async ({ page, complaints }) => {
      await signIn(page);
      await page.addInitScript(OBSERVER);
      // Loads anew, as a link from a ticket does.
      await page.goto('about:blank');
      await page.goto(`${station.url}/#/runs/${runId}`);
      await page
        .locator('table.board td')
        .nth(CELLS - 1)
        .waitFor();
      await more([...pages, page]);
      expect(complaints).toEqual([]);
    });
  };
  await more([]);
}

it('fills cell by cell, the first finding on top, and nothing moves', { timeout: 240_000 }, async () => {
  const { runId } = await ask<{ runId: string }>('POST', '/runs', {
    targets: ['Go-live'],
    settings: { timeout: '200s', concurrency: 1, confirm: 0, defaultControls: false },
  });
  await watch(runId, async (pages) => {
    let released = 0;
    /** Lets one vantage have its answer of one server, and waits until it stands on every page. */
    const release = async (server: number): Promise<void> => {
      const gate = servers[server];
      while (gate?.held.length === 0) await pause(5);
      const socket = gate?.held.shift();
      if (gate !== undefined && socket !== undefined) speak(gate, socket);
      released += 1;
      for (const page of pages) {
        const seen = page.locator('table.board td.seen');
        await seen.nth(released - 1).waitFor();
        expect(await seen.count()).toBe(released);
      }
    };
    for (const page of pages) {
      expect(await page.locator('table.board td.seen').count()).toBe(0);
      expect(await page.locator('table.board tbody tr').count()).toBe(ENDPOINTS);
      await page.getByRole('button', { name: 'Stop' }).focus();
      await page.evaluate('window.focused = document.activeElement');
    }
    await release(0);
    for (const page of pages) expect(await page.locator('p.first').textContent()).toBe('');
    await release(ODD);
    const [narrow] = pages;
    const first = (await narrow?.locator('p.first').textContent()) ?? '';
    expect(first).toMatch(
      /^First finding: ssh:\/\/127\.0\.0\.1:\d+: broken from (local|frankfurt|ohio|sydney|tokyo|zurich) ssh\.not-ssh$/,
    );
    // The same from elsewhere is no second finding, and what goes on does not push it away.
    await release(0);
    await release(ODD);
    await release(2);
    for (const page of pages) {
      expect(await page.locator('p.first').textContent()).toBe(first);
      expect(await page.getByText(`${released} of ${CELLS} seen`).count()).toBe(1);
      expect(await page.evaluate('document.activeElement === window.focused')).toBe(true);
      if (page === narrow) expect(await violations(page)).toEqual([]);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const name = `midway-${page.viewportSize()?.width}-${colorScheme}.png`;
        await page.screenshot({ path: join(shots, name) });
      }
    }
    const state = await ask<{ vantages: { status: string }[] }>('GET', `/runs/${runId}`);
    expect(state.vantages.map(({ status }) => status)).toEqual(Array(6).fill('probing'));
    for (const page of pages) {
      const { shifts, said, delays } = await observed(page);
      expect(shifts).toEqual([]);
      const findings = said.filter((text) => text.includes('ssh://'));
      expect(findings).toEqual([first.replace('First finding: ', '').concat('.')]);
      // Nothing is said of a cell.
      expect(said.length).toBeLessThan(4);
      expect(delays.length).toBe(released);
      // Only what hangs takes so long; the report of the change has the median.
      expect(Math.max(...delays)).toBeLessThan(20_000);
      const sorted = delays.toSorted((one, other) => one - other);
      if (process.env.SCREENSHOTS !== undefined)
        console.log(`${page.viewportSize()?.width} px: median ${sorted[sorted.length >> 1]?.toFixed(1)} ms`);
    }
    for (const server of servers) {
      server.isOpen = true;
      for (const socket of server.held.splice(0)) speak(server, socket);
    }
    for (const page of pages) {
      await page.locator('section.verdict').waitFor();
      const { shifts } = await observed(page);
      expect(shifts).toEqual([]);
    }
  });
});

it('stands on the go-live board, too', { timeout: 120_000 }, async () => {
  const odd = servers[ODD];
  if (odd !== undefined) odd.says = SSH;
  await openPage(
    browser,
    `${station.url}/sign-in`,
    { viewport: { width: 1280, height: 1000 }, locale: 'en-GB' },
    async ({ page }) => {
      await signIn(page);
      await page.goto(`${station.url}/#/gate/Go-live`);
      await page
        .locator('.gate table.board td.seen')
        .nth(CELLS - 1)
        .waitFor();
      await page.getByText('Everything passes.').waitFor();
      expect(await page.locator('.tile.pass').count()).toBe(ENDPOINTS);
      expect(await page.locator('.gate table.board td.seen.pass').count()).toBe(CELLS);
      await page.screenshot({ path: join(shots, 'gate.png'), fullPage: true });
      expect(await violations(page)).toEqual([]);
    },
  );
});
