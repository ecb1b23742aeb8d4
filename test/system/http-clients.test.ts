/** The tables of malformed answers and of codings (test/servers) against the Chromium and the curl that are installed. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODED_FORMS, LONG_PAGE } from '../servers/http-codings.ts';
import { HTTP_FORMS } from '../servers/http-forms.ts';
import { launchBrowser } from './browser.ts';

let server: Server;
let browser: Browser;
let origin = '';

beforeAll(async () => {
  // Each form under its number: `/12`.
  server = createServer((socket) => {
    let asked = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      asked += bytes.toString('latin1');
      if (!asked.includes('\r\n\r\n')) return;
      const coded = CODED_FORMS[Number(/^GET \/coded\/(\d+) /.exec(asked)?.[1] ?? Number.NaN)];
      if (coded !== undefined) {
        const { coding, body } = coded;
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`,
        );
        return socket.end(body);
      }
      const form = HTTP_FORMS[Number(/^GET \/(\d+) /.exec(asked)?.[1] ?? Number.NaN)];
      socket.end(Buffer.from(form?.bytes ?? 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 'latin1'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

type Shown = 'shows' | 'partly' | 'refuses';

/** What the browser makes of `url`: whether the load failed, and whether the page is there, up to `end`. */
async function open(url: string, end = ''): Promise<Shown> {
  // A page for each: the load before may still be going on, and would interrupt this one.
  const page = await browser.newPage();
  const over = new Promise<boolean>((resolve) => {
    page.on('requestfailed', (request) => request.url() === url && resolve(false));
    page.on('requestfinished', (request) => request.url() === url && resolve(true));
  });
  // A refusal rejects here; a load that stops later may never be "loaded".
  await page.goto(url, { waitUntil: 'commit' }).catch(() => {});
  const sound = await over;
  const text = await page.evaluate<string>('document.body?.textContent ?? ""').catch(() => '');
  await page.close();
  if (sound && text.includes(end)) return 'shows';
  return text.includes('Hello') ? 'partly' : 'refuses';
}

/** What breaks in the middle is shown in part only if the page had begun before the fault was read: Chromium's own race. */
async function openAs(url: string, expected: Shown, end = ''): Promise<Shown> {
  let seen = await open(url, end);
  for (let more = 0; more < 5 && expected === 'partly' && seen === 'refuses'; more++)
    seen = await open(url, end);
  return seen;
}

const curl = (url: string): Promise<'takes' | 'refuses'> =>
  new Promise((resolve) => {
    execFile('curl', ['-q', '-s', '--max-time', '20', '-o', '/dev/null', url], (error) =>
      resolve(error === null ? 'takes' : 'refuses'),
    );
  });

describe('the table of malformed answers is right about', () => {
  it.each(HTTP_FORMS.map((form, index) => [form.id, form, index] as const))('%s', async (_, form, index) => {
    const url = `${origin}/${index}`;
    expect({ chromium: await openAs(url, form.chromium), curl: await curl(url) }).toEqual({
      chromium: form.chromium,
      curl: form.curl,
    });
  });
});

describe('the table of codings is right about', () => {
  it.each(CODED_FORMS.map((form, index) => [form.id, form, index] as const))('%s', async (_, form, index) => {
    const end = form.body.length < 100 ? '' : LONG_PAGE.slice(-40);
    const url = `${origin}/coded/${index}`;
    expect(await openAs(url, form.chromium, end)).toBe(form.chromium);
  });
});
