/** A page in a browser, and what it complained of and asked for. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught errors, dialogs. */
  readonly complaints: string[];
  /** URLs asked for, but for the page itself. */
  readonly requests: string[];
}

export async function openPage<T>(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  look: (opened: Opened) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ timezoneId: 'Europe/Zurich', locale: 'de-CH', ...options });
  context.setDefaultTimeout(120_000);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('request', (request) => {
      if (request.url() !== url) requests.push(request.url());
    });
    await page.goto(url);
    return await look({ page, complaints, requests });
  } finally {
    await context.close();
  }
}

/** Runs through the debugger, which the page's policy does not bind. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What keeps people out, as axe-core finds it. */
export async function violations(page: Page): Promise<string[]> {
  const results = (await page.evaluate(
    `(() => { ${axeSource}; return axe.run(document, { resultTypes: ['violations'] }); })()`,
  )) as AxeResults;
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html: text }) => text).join(' | ')}`,
  );
}
