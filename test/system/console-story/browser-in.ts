import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser.ts';

/** A browser that runs in a network namespace, as a program of that machine. @param directory for the script that starts it */
export function launchBrowserIn(
  namespace: string,
  directory: string,
  more: readonly string[] = [],
): Promise<Browser> {
  const inside = join(directory, 'chromium');
  const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
  writeFileSync(inside, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`);
  chmodSync(inside, 0o755);
  return launchBrowser(inside, more);
}
