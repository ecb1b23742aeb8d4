/** Prints a page to PDF with this machine's Chromium: no network, and a profile that is discarded. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
  'msedge',
];
/** Installed outside of PATH by their own installers. */
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
/** Milliseconds for a large report on a slow machine. */
const PRINT_TIMEOUT_MS = 120_000;

/** Path of the first one found; `INBOUND_CHECK_CHROMIUM` is tried first. */
export async function findBrowser(env: NodeJS.ProcessEnv): Promise<ParseResult<string>> {
  const named = env.INBOUND_CHECK_CHROMIUM;
  const suffixes = process.platform === 'win32' ? ['.exe'] : [''];
  const directories = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const candidates = named
    ? [named]
    : [
        ...NAMES.flatMap((name) =>
          directories.flatMap((directory) => suffixes.map((suffix) => join(directory, name + suffix))),
        ),
        ...PLACES,
      ];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return parsed(path);
  }
  return inputError(
    named
      ? `INBOUND_CHECK_CHROMIUM: there is no program ${named}`
      : 'a PDF is printed by Chromium or Chrome, and neither is on PATH: install one, name it in INBOUND_CHECK_CHROMIUM, or open the HTML report in any browser and print it',
  );
}

/** Options that prevent every request: our page needs no network, and updates are not our task. */
const FLAGS = [
  '--headless=new',
  '--disable-gpu',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--metrics-recording-only',
  '--no-pdf-header-footer',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=127.0.0.1:9',
];

/** A4, as in the page's own print style. A fault of the browser is returned as the message of an input error. */
export async function printToPdf(page: string, browser: string): Promise<ParseResult<Uint8Array>> {
  const directory = await mkdtemp(join(tmpdir(), 'inbound-check-pdf-'));
  try {
    const source = join(directory, 'report.html');
    const target = join(directory, 'report.pdf');
    await writeFile(source, page, { mode: 0o600 });
    // As root Chromium starts only without its sandbox; the page is our own and contains no markup of others.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const fault = await run(browser, [
      ...FLAGS,
      ...asRoot,
      `--user-data-dir=${join(directory, 'profile')}`,
      `--print-to-pdf=${target}`,
      pathToFileURL(source).href,
    ]);
    try {
      return parsed(await readFile(target));
    } catch {
      return inputError(`${browser} printed no PDF: ${fault ?? 'it gave no reason'}`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Why it failed, in one line; undefined when it did not. */
function run(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { timeout: PRINT_TIMEOUT_MS, maxBuffer: 1024 * 1024 },
      (error, _stdout, stderr) => {
        if (error === null) return resolve(undefined);
        const last = stderr.trim().split('\n').at(-1) ?? '';
        resolve(error.killed ? 'it took too long' : (last || error.message).slice(0, 300));
      },
    );
  });
}
