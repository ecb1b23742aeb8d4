/** What the kernel's evidence costs a check that finds nothing wrong: no native module, no connection of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSyscalls } from '../../lib/net/kernel/syscalls.ts';
import buildOnce from './build-once.ts';
import { runCli } from './run-cli.ts';

/** Prints at the end of the process which shared objects of the native package it has loaded. */
const TELL_LOADED = `process.on('exit', () => {
  process.report.excludeNetwork = true;
  const { sharedObjects } = process.report.getReport();
  process.stderr.write('loaded: ' + JSON.stringify(sharedObjects.filter((one) => one.includes('koffi')).length) + '\\n');
});`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(TELL_LOADED)}`;

const loaded = await loadSyscalls();
let connections = 0;
let answers = true;
const server = createServer((_, response) => void response.end('ok')).on('connection', (socket) => {
  connections += 1;
  if (!answers) socket.destroy();
});
const uri = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

async function checked(confirm: number) {
  connections = 0;
  const { status, stderr } = await runCli(
    [
      ...['check', uri(), '--allow-private', '--no-default-controls', '--no-history'],
      ...['--confirm', `${confirm}`, '--confirm-pause', '0'],
    ],
    { env: { NODE_OPTIONS } },
  );
  return { status, loaded: /^loaded: (\d+)$/m.exec(stderr)?.[1], connections };
}

beforeAll(async () => {
  buildOnce();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(() => void server.close());

describe('the kernel’s evidence', () => {
  it('costs a healthy endpoint nothing, however often a failure would be confirmed', async () => {
    const without = await checked(0);
    expect(without).toMatchObject({ status: 0, loaded: '0' });
    expect(without.connections).toBeGreaterThan(0);
    expect(await checked(3)).toEqual(without);
  });

  // Shows that the test above would see it.
  it.skipIf(!loaded.ok)('loads its module once something has failed', async () => {
    answers = false;
    const failed = await checked(1);
    expect(failed.status).toBe(1);
    expect(Number(failed.loaded)).toBeGreaterThan(0);
  });
});
