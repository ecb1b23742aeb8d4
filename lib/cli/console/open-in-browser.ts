import { spawn } from 'node:child_process';

/** The desktop's own way to open an address. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // `start` takes the first text in quotes for a title.
  win32: ['cmd', '/c', 'start', '""'],
};

/** Leaves it to the browser; `failed` is called where there is none to ask. */
export function openInBrowser(address: string, failed: () => void): void {
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  spawn(program, [...before, address], { stdio: 'ignore', detached: true })
    .once('error', failed)
    .unref();
}
