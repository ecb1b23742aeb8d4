/** The report's page in a real browser, opened from a file as a customer opens it. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { findBrowser, printToPdf } from '../../lib/local/browser.ts';
import { escapeJson } from '../../lib/model/unseen.ts';
import { html } from '../../lib/report/html.ts';
import { canonicalJson } from '../../lib/report/signature/canonical.ts';
import { sampleFleetReport } from '../report/sample-fleet-report.ts';
import { renderWhole, sampleReport } from '../report/sample-report.ts';
import { launchBrowser } from './browser.ts';
import { type Opened, openPage, violations } from './open-page.ts';
import { expectPaper } from './paper.ts';
import { ATTACKS, poisoned } from './poison.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-page-'));
/** Where screenshots go for eyes to look at: they are no golden files. */
const shots = join(process.env.SCREENSHOTS ?? folder, 'screenshots');
mkdirSync(shots, { recursive: true });

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
};
const FLEET = write('fleet.html', await renderWhole(html, sampleFleetReport));
const SAMPLE = write('sample.html', await renderWhole(html));

const GERMAN = write('german.html', await renderWhole(html, sampleFleetReport, { language: 'de' }));

const DESKTOP = { width: 1280, height: 900 };
/** The width that A4 leaves between the margins, in CSS pixels. */
const PAPER = { width: 703, height: 1039 };
/** What of the page stands out of the sheet, or is hidden by the box around it. */
const BEYOND_THE_EDGE = `[...document.querySelectorAll('main *, header *, footer *')].filter((element) =>
  !element.matches('.unseen, .unseen *, svg *') &&
  (element.getBoundingClientRect().right > innerWidth + 1 ||
    (getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)),
).map((element) => element.outerHTML.slice(0, 200))`;
const PHONE = { width: 360, height: 780 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const open = <T>(
  url: string,
  options: BrowserContextOptions,
  look: (opened: Opened) => Promise<T>,
): Promise<T> => openPage(browser, url, options, look);

describe.each([
  ['five vantages', FLEET],
  ['hostile text', SAMPLE],
])('the page with %s', (what, url) => {
  it.each([
    ['desktop, light', DESKTOP, 'light'],
    ['desktop, dark', DESKTOP, 'dark'],
    ['phone, light', PHONE, 'light'],
    ['phone, dark', PHONE, 'dark'],
  ] as const)(
    '%s: fits, asks for nothing, complains of nothing, and can be used by all',
    async (name, viewport, colorScheme) => {
      await open(url, { viewport, colorScheme }, async ({ page, complaints, requests }) => {
        const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(beyond).toBeLessThanOrEqual(0);
        await page.screenshot({
          path: join(shots, `${what} ${name}.png`.replaceAll(/[ ,]+/g, '-')),
          fullPage: true,
        });
        expect(await violations(page)).toEqual([]);
        await page.getByRole('button', { name: 'Unfold all' }).click();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        );
        expect([complaints, requests]).toEqual([[], []]);
      });
    },
  );

  it('is whole without scripts: no dead button, all evidence there', async () => {
    await open(url, { viewport: DESKTOP, javaScriptEnabled: false }, async ({ page, complaints }) => {
      expect(await page.getByRole('button').count()).toBe(0);
      const fold = page.locator('article').first().getByText('Evidence: what was sent');
      await fold.click();
      expect(await page.locator('article').first().locator('.evidence').first().isVisible()).toBe(true);
      expect(complaints).toEqual([]);
    });
  });
});

describe('what it says', () => {
  it('the verdict comes first, and each cell of the table is distinguished by more than colour', async () => {
    await open(FLEET, { viewport: DESKTOP }, async ({ page }) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(sampleFleetReport.summary);
      const row = page.getByRole('row', { name: /training\.customer\.example/ });
      expect((await row.getByRole('cell').allTextContents()).map((text) => text.trim())).toEqual([
        '✗ Failed',
        '✓ open 52.8 ms',
        '✓ open 101 ms',
        '✓ open 318 ms',
        '✗ filtered',
        '✗ filtered',
        'network',
      ]);
    });
  });

  it('the table is a table for a screen reader on a phone, too', async () => {
    await open(FLEET, { viewport: PHONE }, async ({ page }) => {
      const row = page.getByRole('row', { name: /training\.customer\.example/ });
      expect(await row.getByRole('cell').count()).toBe(7);
      expect(await row.getByRole('rowheader').count()).toBe(1);
    });
  });

  it('times are UTC, and in the reader’s own zone as well', async () => {
    await open(FLEET, { viewport: DESKTOP }, async ({ page }) => {
      const checked = page.locator('.facts div', { hasText: 'Checked' });
      expect(await checked.textContent()).toBe('Checked2026-03-01 09:30:05 UTC 10:30:05 GMT+1');
    });
    await open(FLEET, { viewport: DESKTOP, timezoneId: 'Pacific/Honolulu' }, async ({ page }) => {
      expect(await page.locator('.facts').textContent()).toContain('2026-02-28 23:30:05');
    });
    await open(FLEET, { viewport: DESKTOP, timezoneId: 'UTC' }, async ({ page }) => {
      expect(await page.locator('.own').count()).toBe(0);
    });
  });

  it('a link of the table leads to its endpoint and unfolds it', async () => {
    await open(FLEET, { viewport: DESKTOP }, async ({ page }) => {
      const last = page.getByRole('table').first().getByRole('link').last();
      await last.click();
      const target = page.locator(`${await last.getAttribute('href')} > details`);
      expect(await target.getAttribute('open')).not.toBeNull();
      expect(await target.isVisible()).toBe(true);
    });
  });

  it('an address that is no percent-encoding stops nothing of the page', async () => {
    await open(`${FLEET}#%E0%A4%A`, { viewport: DESKTOP }, async ({ page, complaints }) => {
      expect(await page.getByRole('button', { name: 'Unfold all' }).isVisible()).toBe(true);
      // What stands behind the look for the named endpoint works as well.
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      const printed = page.locator('.endpoint:not(.pass) .more').first();
      expect(await printed.getAttribute('open')).not.toBeNull();
      expect(complaints).toEqual([]);
    });
  });

  it('the keyboard reaches everything: the skip link first, then buttons and folds', async () => {
    await open(FLEET, { viewport: DESKTOP }, async ({ page }) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the endpoints');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('endpoints');
      const fold = page.locator('article details > summary').first();
      await fold.focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('article > details').first().getAttribute('open')).toBeNull();
    });
  });
});

describe('copying and saving', () => {
  it('each copy button copies exactly the text next to it, and says so', async () => {
    const permissions = { permissions: ['clipboard-read', 'clipboard-write'] };
    await open(FLEET, { viewport: DESKTOP, ...permissions }, async ({ page, complaints }) => {
      await page.getByRole('button', { name: 'Unfold all' }).click();
      const blocks = page.locator('.code', { has: page.locator('pre') });
      const count = await blocks.count();
      expect(count).toBeGreaterThan(40);
      for (const index of [0, 1, 2, 9, count - 1]) {
        const block = blocks.nth(index);
        await block.getByRole('button').click();
        await block
          .getByRole('button', { name: /^Copy: ./ })
          .getByText('Copied')
          .waitFor();
        const copied = await page.evaluate('navigator.clipboard.readText()');
        expect(copied).toBe(await block.locator('pre').textContent());
      }
      await expect.poll(() => page.locator('#live').textContent()).toBe('Copied');
      expect(complaints).toEqual([]);
    });
  });

  it('the data that the page saves are the report', async () => {
    await open(FLEET, { viewport: DESKTOP, acceptDownloads: true }, async ({ page, complaints }) => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the data (JSON)' }).click();
      const download = await waiting;
      const path = join(folder, 'saved.json');
      await download.saveAs(path);
      expect(download.suggestedFilename()).toBe('report.json');
      expect(readFileSync(path, 'utf8')).toBe(escapeJson(canonicalJson(sampleFleetReport)));
      expect(complaints).toEqual([]);
    });
  });
});

describe('hostile text', () => {
  it.each([
    ['of one vantage', sampleReport],
    ['of five', sampleFleetReport],
  ])('in every field of a report %s is shown and never run', async (_of, report: Report) => {
    const url = write('poisoned.html', await renderWhole(html, poisoned(report)));
    await open(url, { viewport: DESKTOP }, async ({ page, complaints, requests }) => {
      await page.getByRole('button', { name: 'Unfold all' }).click();
      for (const link of await page.locator('main a').all())
        expect(await link.getAttribute('href')).toMatch(/^#endpoint-\d+$/);
      expect(await page.locator('img, iframe, form, base, object, embed, link').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(2);
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.title()).toContain('<script>window.pwned=1</script>');
      expect(await page.getByText('<img src=x onerror="window.pwned=1">').first().isVisible()).toBe(true);
      expect([complaints, requests]).toEqual([[], []]);
    });
  });

  it('that got into the markup all the same would not run: the policy forbids it', async () => {
    const page = (await renderWhole(html, sampleFleetReport)).replace(
      '</main>',
      `${ATTACKS[1]}${ATTACKS[4]}</main>`,
    );
    await open(
      write('broken.html', page),
      { viewport: DESKTOP },
      async ({ page: opened, complaints, requests }) => {
        expect(await opened.evaluate('window.pwned')).toBeUndefined();
        expect(complaints.join('\n')).toMatch(/violates the following Content Security Policy/);
        // What the policy stops is reported as a request that failed; nothing of it leaves the page.
        expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
      },
    );
  });
});

describe('on paper', () => {
  it('has the summary on its first page, and a page or two for each problem', async () => {
    await open(FLEET, { viewport: DESKTOP }, async ({ page }) => {
      const pdf = await page.pdf({ preferCSSPageSize: true });
      writeFileSync(join(shots, 'fleet.pdf'), pdf);
      expectPaper(pdf, sampleFleetReport.endpoints.filter(({ verdict }) => verdict !== 'pass').length);
    });
  });

  it('keeps each endpoint together, shows its evidence, and no buttons', async () => {
    await open(FLEET, { viewport: DESKTOP }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByRole('button').count()).toBe(0);
      const article = page.locator('article').first();
      expect(await page.evaluate("getComputedStyle(document.querySelector('article')).breakInside")).toBe(
        'avoid',
      );
      const evidence = article.locator('.more .evidence').first();
      expect(await evidence.evaluate((element) => element.getBoundingClientRect().height)).toBeGreaterThan(
        20,
      );
    });
  });

  it('has every rule and every line to repeat it manually, which are folded on the screen', async () => {
    await open(FLEET, { viewport: PAPER }, async ({ page }) => {
      expect(await page.locator('.rule pre').first().isVisible()).toBe(false);
      await page.emulateMedia({ media: 'print' });
      const lines = page.locator('article:not(.pass) :is(.rule, .more) pre');
      const [rules, all] = [page.locator('.rule pre'), await lines.all()];
      expect(await rules.count()).toBeGreaterThan(20);
      expect(all.length).toBeGreaterThan(await rules.count());
      for (const line of all) expect(await line.isVisible()).toBe(true);
    });
  });

  it('lists what passed as rows of a table: one column of names, one of what was seen', async () => {
    await open(FLEET, { viewport: PAPER }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      const columns = await page.evaluate(`[...document.querySelectorAll('article.pass')].map((row) =>
        ['h3', '.why'].map((part) => row.querySelector(part).getBoundingClientRect()).map((box) => [box.left, box.top]))`);
      const rows = columns as readonly (readonly [readonly number[], readonly number[]])[];
      expect(rows).toHaveLength(
        sampleFleetReport.endpoints.filter(({ verdict }) => verdict === 'pass').length,
      );
      expect(new Set(rows.map(([name]) => name[0])).size).toBe(1);
      expect(new Set(rows.map(([, seen]) => seen[0])).size).toBe(1);
      for (const [name, seen] of rows) expect(Math.abs((name[1] ?? 0) - (seen[1] ?? 0))).toBeLessThan(6);
    });
  });

  it.each([
    ['five vantages', FLEET],
    ['hostile text', SAMPLE],
  ])('cuts off nothing at the edge of a sheet: %s', async (_what, url) => {
    await open(url, { viewport: PAPER }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.evaluate(BEYOND_THE_EDGE)).toEqual([]);
    });
  });

  it('is light whatever the reader’s scheme', async () => {
    await open(FLEET, { viewport: DESKTOP, colorScheme: 'dark' }, async ({ page }) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const colours = await page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]',
      );
      expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(28, 33, 40)']);
    });
  });

  it('--format pdf prints it by the browser of this machine', async () => {
    const found = await findBrowser(process.env);
    if (!found.ok) throw new Error(found.message);
    const printed = await printToPdf(await renderWhole(html, sampleFleetReport), found.value);
    if (!printed.ok) throw new Error(printed.message);
    const text = Buffer.from(printed.value).toString('latin1');
    expect(text.startsWith('%PDF-')).toBe(true);
    expect(text.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(8);
  });
});

describe('the page in German', () => {
  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'keeps nobody out, is no wider than the screen, and says its language: %s, %i px',
    async (colorScheme, width) => {
      await open(GERMAN, { viewport: { width, height: 900 }, colorScheme }, async ({ page }) => {
        expect(await page.evaluate('document.documentElement.lang')).toBe('de');
        await page.getByRole('button', { name: 'Alles aufklappen' }).click();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        );
        // The other language is offered by the server of a link alone.
        expect(await page.getByRole('link', { name: 'English' }).count()).toBe(0);
      });
    },
  );
});
