import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endText, plainAddress } from '../../../lib/local/listen/addresses.ts';
import { isTakenOnLoopbackAlone, ownerOfPort } from '../../../lib/local/listen/port-owner.ts';
import { parseListenPorts } from '../../../lib/local/listen/ports.ts';
import { hostAddressOf, parseHealthPath } from '../../../lib/local/listen/settings.ts';
import { listenSilent } from '../../cli/listeners.ts';

describe('--ports', () => {
  it('knows the mail ports, and is told of others', () => {
    expect(parseListenPorts('80, 443,25,587,2525,465,8025/smtp,8465/smtps,26/any')).toEqual({
      ok: true,
      value: [
        { port: 80, role: 'any' },
        { port: 443, role: 'any' },
        { port: 25, role: 'smtp' },
        { port: 587, role: 'smtp' },
        { port: 2525, role: 'smtp' },
        { port: 465, role: 'smtps' },
        { port: 8025, role: 'smtp' },
        { port: 8465, role: 'smtps' },
        { port: 26, role: 'any' },
      ],
    });
    expect(parseListenPorts('25/any')).toMatchObject({ value: [{ port: 25, role: 'any' }] });
  });

  it.each(['', '80,', '80-90', '80/', '80/smtp/x', '80,80/smtp', '65536', '-1'])('refuses %j', (text) => {
    expect(parseListenPorts(text)).toMatchObject({ ok: false, message: expect.stringMatching(/^--ports: /) });
  });

  it('has a bound', () => {
    const list = (count: number) => Array.from({ length: count }, (_, at) => 1_000 + at).join(',');
    expect(parseListenPorts(list(32))).toMatchObject({ ok: true });
    expect(parseListenPorts(list(33))).toEqual({ ok: false, message: '--ports: 32 ports at most, not 33' });
  });
});

it.each([
  ['192.0.2.1', 443, '192.0.2.1:443'],
  ['::ffff:192.0.2.1', 443, '192.0.2.1:443'],
  ['::FFFF:192.0.2.1', 443, '192.0.2.1:443'],
  ['2001:db8::1', 443, '[2001:db8::1]:443'],
  ['fe80::1%eth0', 443, '[fe80::1]:443'],
])('an end %s, %s is %s', (address, port, text) => {
  expect(endText(address, port)).toBe(text);
  expect(plainAddress(address)).not.toMatch(/%|ffff:\d+\./i);
});

it('--bind takes addresses of this host', () => {
  expect(hostAddressOf('127.0.0.1')).toEqual({ ok: true, value: '127.0.0.1' });
  expect(hostAddressOf('[::1]')).toEqual({ ok: true, value: '::1' });
  expect(hostAddressOf('0:0:0:0:0:0:0:1')).toEqual({ ok: true, value: '::1' });
  expect(hostAddressOf('192.0.2.1')).toMatchObject({ ok: false });
  expect(hostAddressOf('example.com')).toMatchObject({ ok: false });
});

it.each(['/', '/up', '/a/b.c_d~e'])('--health takes %s', (path) => {
  expect(parseHealthPath(path)).toEqual({ ok: true, value: path });
});

it.each(['', 'up', '/up?x', '/up#x', '/u p', '/\u001B', `/${'x'.repeat(200)}`])(
  '--health refuses %j',
  (path) => {
    expect(parseHealthPath(path)).toMatchObject({ ok: false });
  },
);

describe('who has a port', () => {
  /** As Linux writes it, for two sockets that listen and one that is connected. */
  function procOf(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>>): string {
    const root = mkdtempSync(join(tmpdir(), 'inbound-check-proc-'));
    for (const folder of ['net', '1/fd', '812/fd', 'self'])
      mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
    return root;
  }
  const row = (local: string, state: string, inode: number) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const proc = procOf(
    {
      'net/tcp': head + row('0100007F:01BB', '01', 4711) + row('00000000:0050', '0A', 4712),
      'net/tcp6': head + row('00000000000000000000000000000000:01BB', '0A', 4713),
      '1/comm': 'init\n',
      '812/comm': 'ngi\u001B[2Jnx\n',
    },
    { '1/fd/0': 'socket:[4711]', '812/fd/0': '/dev/null', '812/fd/7': 'socket:[4713]' },
  );

  it('is read from /proc, of the socket that listens', async () => {
    expect(await ownerOfPort(443, proc)).toEqual({ program: 'ngi\\x1b[2Jnx', pid: 812 });
  });

  it('is not known where this account can’t see it, or there is none', async () => {
    expect(await ownerOfPort(80, proc)).toBeUndefined();
    expect(await ownerOfPort(22, proc)).toBeUndefined();
    expect(await ownerOfPort(443, join(proc, 'nowhere'))).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', '0100007F', 'tcp', true],
    ['127.0.0.53', '3500007F', 'tcp', true],
    ['::1', '00000000000000000000000001000000', 'tcp6', true],
    ['::ffff:127.0.0.1', '0000000000000000FFFF00000100007F', 'tcp6', true],
    ['0.0.0.0', '00000000', 'tcp', false],
    ['::', '00000000000000000000000000000000', 'tcp6', false],
    ['10.0.0.127', '7F00000A', 'tcp', false],
    ['2001:db8::7f00:1', 'B80D012000000000000000000100007F', 'tcp6', false],
  ])('on %s is on loopback alone or not', async (_, address, table, isAlone) => {
    const files = { [`net/${table}`]: head + row(`${address}:0019`, '0A', 1) };
    expect(await isTakenOnLoopbackAlone(25, procOf(files, {}))).toBe(isAlone);
    const both = {
      ...files,
      'net/tcp': head + row('0100007F:0019', '0A', 2) + row('00000000:0019', '0A', 3),
    };
    expect(await isTakenOnLoopbackAlone(25, procOf(both, {}))).toBe(false);
  });

  it('on loopback alone is not claimed where nobody listens, or that can’t be read', async () => {
    expect(await isTakenOnLoopbackAlone(25, proc)).toBe(false);
    expect(await isTakenOnLoopbackAlone(443, join(proc, 'nowhere'))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is this process for a port of ours', async () => {
    expect(await ownerOfPort(await listenSilent())).toMatchObject({ pid: process.pid });
  });
});
