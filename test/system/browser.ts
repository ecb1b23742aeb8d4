import { type Browser, chromium } from 'playwright-core';

/**
 * Debian's Chromium, which asks nothing of anyone. `CHROMIUM` names another.
 *
 * @param program Debian's, or a script that starts it elsewhere
 * @param more further switches
 */
export const launchBrowser = (
  program = process.env.CHROMIUM ?? '/usr/bin/chromium',
  more: readonly string[] = [],
): Promise<Browser> =>
  chromium.launch({
    executablePath: program,
    // Bounds what hangs: a browser starts ten times slower on a busy machine.
    timeout: 180_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
