/** URIs that carry what must not be sent, through the command line: refused in one line, before any packet. */
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { FORBIDDEN, trapAround } from './lab.ts';

describe('a URI with', () => {
  it.each([
    ['a user name', (at: string) => `https://anna@${at}/`],
    ['a password', (at: string) => `smtp://anna:s3cret@${at}`],
    ['a password in a tcp URI', (at: string) => `tcp://:s3cret@${at}`],
    ['a fragment', (at: string) => `http://${at}/#s3cret`],
    ['a fragment in an ssh URI', (at: string) => `ssh://${at}#s3cret`],
    ['the scheme file', (at: string) => `file://${at}/etc/passwd`],
  ])('%s is refused, and nothing is sent', async (_what, uri) => {
    const trap = await trapAround((socket) => socket.destroy());
    const args = ['check', uri(`127.0.0.2:${trap.port}`), '--allow-private', '--no-default-controls'];
    const { status, stdout, stderr } = await runCli(args);
    expect(status).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^inbound-check: [^\n]+\n$/);
    if (!uri('').includes('#')) expect(stderr).not.toMatch(/anna|s3cret/);
    expect(trap.seen).toEqual([]);
  });
});

describe('the trap', () => {
  it.each(FORBIDDEN)('sees who does come to %s', async (address) => {
    const trap = await trapAround((socket) => socket.destroy());
    const socket = createConnection({ host: address, port: trap.port });
    await new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    expect(trap.seen).toEqual([`${address} tcp`]);
  });
});
