/** The report's page as a person with a link opens it: through the function that serves the links, with its real headers. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { escapeJson } from '../../lib/model/unseen.ts';
import { canonicalJson } from '../../lib/report/signature/canonical.ts';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import { linkRequest, UrlEvent, urlResult } from '../../lib/service/share/function-url.ts';
import type { LinkAnswer, LinkRequest } from '../../lib/service/share/link.ts';
import { sampleFleetReport } from '../report/sample-fleet-report.ts';
import { sampleReport } from '../report/sample-report.ts';
import { made, sharing } from '../service/share/fixture.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';
import { expectPaper } from './paper.ts';
import { poisoned } from './poison.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-shared-'));
/** Where screenshots go for eyes to look at: they are no golden files. */
const shots = join(process.env.SCREENSHOTS ?? folder, 'screenshots');
mkdirSync(shots, { recursive: true });

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 780 };

/** A web server that keeps what it was asked. */
interface Site {
  readonly url: string;
  readonly asked: { readonly path: string; readonly referer: string | undefined }[];
  close(): void;
}

async function serve(
  answer: (
    request: IncomingMessage,
  ) => Promise<{ status: number; headers: Record<string, string>; body: string | Buffer }>,
): Promise<Site> {
  const asked: { path: string; referer: string | undefined }[] = [];
  const server: Server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', referer: request.headers.referer });
    void answer(request).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What Lambda and CloudFront do between the browser and the function. */
const links = (get: (path: string, method: string) => Promise<LinkAnswer>): Promise<Site> =>
  serve(async ({ method = 'GET', url = '/', headers }) => {
    const event = UrlEvent.parse({
      rawPath: url.split('?')[0],
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      requestContext: { http: { method } },
    });
    const request: LinkRequest = linkRequest(event);
    const result = urlResult(await get(request.path, request.method), event);
    return {
      status: result.statusCode,
      headers: { ...result.headers },
      body: result.isBase64Encoded ? Buffer.from(result.body, 'base64') : result.body,
    };
  });

let browser: Browser;
let at: Awaited<ReturnType<typeof sharing>>;
let site: Site;
/** Another site, which links to the report and is linked to from it. */
let elsewhere: Site;
let fleet: string;
let redacted: string;
let hostile: string;
/** Every text of it attacks. */
let worst: string;

const vendorLink = (report: Report, source: string): Report => ({
  ...report,
  requestedBy: 'ada@example.com',
  endpoints: report.endpoints.map((one) => ({ ...one, source })),
});

beforeAll(async () => {
  browser = await launchBrowser();
  elsewhere = await serve(async () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><title>Mail</title><a id="link" href="${fleet}">the report</a>`,
  }));
  at = await sharing({
    reports: [vendorLink(sampleFleetReport, `${elsewhere.url}/vendor`), sampleReport, poisoned(sampleReport)],
  });
  site = await links(at.get);
  const link = async (order: Parameters<typeof at.create>[0]): Promise<string> =>
    `${site.url}/s/${made(await at.create(order)).token}`;
  fleet = await link({ target: 'shop' });
  redacted = await link({ target: 'shop', redact: true });
  hostile = await link({ target: 'other-1' });
  worst = await link({ target: 'other-2' });
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  elsewhere?.close();
});
beforeEach(() => {
  site.asked.length = 0;
  elsewhere.asked.length = 0;
});

/** No packet leaves this machine, whatever the page would ask for. */
const open = <T>(
  url: string,
  options: BrowserContextOptions,
  look: (opened: Opened) => Promise<T>,
): Promise<T> =>
  openPage(browser, url, options, async (opened) => {
    await opened.page.context().route(/^https?:\/\/(?!127\.0\.0\.1[:/])/, (route) => route.abort());
    return look(opened);
  });

const pathOf = (url: string): string => new URL(url).pathname;

describe.each([
  ['of the fleet', () => fleet],
  ['redacted', () => redacted],
  ['with hostile text', () => hostile],
])('the shared page %s', (what, url) => {
  it.each([
    ['desktop, light', DESKTOP, 'light'],
    ['desktop, dark', DESKTOP, 'dark'],
    ['phone, light', PHONE, 'light'],
    ['phone, dark', PHONE, 'dark'],
  ] as const)(
    '%s: fits, asks for nothing else, complains of nothing, and can be used by all',
    async (name, viewport, colorScheme) => {
      await open(url(), { viewport, colorScheme }, async ({ page, complaints, requests }) => {
        const beyond = 'document.documentElement.scrollWidth - innerWidth';
        expect(await page.evaluate(beyond)).toBeLessThanOrEqual(0);
        await page.screenshot({
          path: join(shots, `shared ${what} ${name}.png`.replaceAll(/[ ,]+/g, '-')),
          fullPage: true,
          // The rest is what test/system/report-page.test.ts shows.
          clip: { x: 0, y: 0, width: viewport.width, height: 1_400 },
        });
        await page.getByRole('button', { name: 'Unfold all' }).click();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(beyond)).toBeLessThanOrEqual(0);
        expect([complaints, requests]).toEqual([[], []]);
        expect(site.asked.map(({ path }) => path)).toEqual([pathOf(url())]);
      });
    },
  );
});

describe('the shared page', () => {
  it.each([DESKTOP, PHONE])(
    'runs none of the text that a server controls, and fits %j with it',
    async (viewport) => {
      await open(worst, { viewport }, async ({ page, complaints }) => {
        await page.getByRole('button', { name: 'Unfold all' }).click();
        expect(await page.evaluate('window.pwned')).toBeUndefined();
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        );
        expect(await page.locator('img, iframe, form, base, object, embed, link').count()).toBe(0);
        expect(await page.getByText('<img src=x onerror="window.pwned=1">').first().isVisible()).toBe(true);
        expect(complaints).toEqual([]);
      });
    },
  );

  it('says that it is redacted, and holds nothing of who asked', async () => {
    await open(redacted, { viewport: DESKTOP }, async ({ page }) => {
      const facts = page.locator('.facts');
      expect(await facts.textContent()).toContain('who asked for the run are left out');
      expect(await page.content()).not.toContain('ada@example.com');
    });
    await open(fleet, { viewport: DESKTOP }, async ({ page }) => {
      // Once, and not twice.
      expect((await page.locator('.facts').textContent())?.match(/ada@example\.com/g)).toHaveLength(1);
    });
  });

  it('copies by its buttons', async () => {
    const permissions = { permissions: ['clipboard-read', 'clipboard-write'] };
    await open(fleet, { viewport: DESKTOP, ...permissions }, async ({ page, complaints }) => {
      await page.getByRole('button', { name: 'Unfold all' }).click();
      const block = page.locator('.code', { has: page.locator('pre') }).first();
      await block.getByRole('button').click();
      await block.getByText('Copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        await block.locator('pre').textContent(),
      );
      expect(complaints).toEqual([]);
    });
  });

  it('saves its data, which are the report', async () => {
    await open(redacted, { viewport: DESKTOP, acceptDownloads: true }, async ({ page, complaints }) => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the data (JSON)' }).click();
      const download = await waiting;
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const beside = await at.get(`${pathOf(redacted)}.json`);
      const { signature: _, ...report } = JSON.parse(beside.text) as Record<string, unknown>;
      expect(Buffer.concat(chunks).toString()).toBe(escapeJson(canonicalJson(report)));
      expect(complaints).toEqual([]);
    });
  });

  it('is the page that was signed, after it was sent over the network', async () => {
    await open('about:blank', {}, async ({ page }) => {
      const response = await page.context().request.get(fleet);
      expect(response.headers()['content-encoding']).toBe('gzip');
      expect(verifyReport(await response.text())).toMatchObject({ outcome: 'intact', form: 'page' });
    });
  });

  it('sends nobody its address: not even the site of a link in it', async () => {
    await open(fleet, { viewport: DESKTOP }, async ({ page, complaints }) => {
      await page.getByRole('button', { name: 'Unfold all' }).click();
      await page
        .getByRole('link', { name: `${elsewhere.url}/vendor` })
        .first()
        .click();
      await page.waitForURL(`${elsewhere.url}/vendor`);
      expect(elsewhere.asked.filter(({ path }) => path === '/vendor')).toEqual([
        { path: '/vendor', referer: undefined },
      ]);
      expect(complaints).toEqual([]);
    });
  });

  it('opens from a link in a mail, and has no hold on the window that it came from', async () => {
    await open(`${elsewhere.url}/mail`, { viewport: DESKTOP }, async ({ page }) => {
      await page.evaluate(
        "document.getElementById('link').target = '_blank'; document.getElementById('link').rel = 'opener'",
      );
      const waiting = page.context().waitForEvent('page');
      await page.locator('#link').click();
      const opened = await waiting;
      await opened.waitForLoadState();
      expect(await opened.getByRole('heading', { level: 1 }).textContent()).toBe(sampleFleetReport.summary);
      expect(await opened.evaluate('window.opener')).toBeNull();
    });
  });

  it('shows itself in no frame', async () => {
    const framing = await serve(async () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: `<!doctype html><title>x</title><iframe src="${fleet}"></iframe>`,
    }));
    try {
      await open(framing.url, {}, async ({ page, complaints }) => {
        await expect.poll(() => complaints.join('\n')).toMatch(/frame-ancestors|X-Frame-Options/i);
        const [, frame] = page.frames();
        expect(frame?.url()).not.toBe(fleet);
        expect(await frame?.content()).not.toContain(sampleFleetReport.summary);
      });
    } finally {
      framing.close();
    }
  });

  it('prints on A4, each problem on a page or two', async () => {
    await open(redacted, { viewport: DESKTOP }, async ({ page }) => {
      const pdf = await page.pdf({ preferCSSPageSize: true });
      writeFileSync(join(shots, 'shared.pdf'), pdf);
      expectPaper(pdf, sampleFleetReport.endpoints.filter(({ verdict }) => verdict !== 'pass').length);
    });
  });
});

describe('a link to no report', () => {
  it.each([
    ['light', DESKTOP],
    ['dark', PHONE],
  ] as const)('says so in words that all can read (%s)', async (colorScheme, viewport) => {
    await open(`${site.url}/s/nothing`, { viewport, colorScheme }, async ({ page, complaints, requests }) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('No report here');
      await page.screenshot({ path: join(shots, `shared-nowhere-${colorScheme}.png`) });
      expect(await violations(page)).toEqual([]);
      // Chromium itself notes the status of the page; the style sheet is not among its complaints.
      expect(complaints.filter((text) => !text.includes('status of 404'))).toEqual([]);
      expect(requests).toEqual([]);
      expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('576px');
    });
  });
});
