/** Names that change their answer between the look-up and the connect, or hold a forbidden address among others. */
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { answering, check, endpoint, nameServer, PUBLIC, trapAround, world } from './lab.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close';
const rebound = { 'rebind.example': { A: [PUBLIC], laterA: ['127.0.0.2'] } };

const TCP_KINDS = ['tcp', 'ssh', 'smtp', 'smtps', 'http', 'https', 'tls'] as const satisfies readonly Kind[];

describe('a name that rebinds to a forbidden address', () => {
  it.each(TCP_KINDS)(
    'leads no connection of a %s probe there, be it the first, a second look or a confirmation',
    async (kind) => {
      // Resets immediately: a client that is not sure dials again, and the engine confirms.
      const trap = await trapAround((socket) => void socket.on('data', () => socket.resetAndDestroy()));
      const dns = await nameServer(rebound);
      const here = world(dns.address);
      await check([endpoint({ kind, host: 'rebind.example', port: trap.port })], here, {
        confirm: 2,
        timeoutMs: 300,
      });
      expect(here.dials.length).toBeGreaterThan(1);
      expect(new Set(here.dials)).toEqual(new Set([`${PUBLIC}:${trap.port}`]));
      expect(trap.seen).toEqual([]);
    },
  );

  it('is judged again when it is looked up again, and refused by name', async () => {
    const trap = await trapAround(answering(() => OK));
    const dns = await nameServer(rebound);
    const http = endpoint({ kind: 'http', host: 'rebind.example', port: trap.port });
    const [before] = await check([http], world(dns.address));
    const [after] = await check([http], world(dns.address));
    expect(before).toMatchObject({ verdict: 'pass' });
    expect(after).toMatchObject({ verdict: 'fail', cause: 'dns.private-address', side: 'dns' });
    expect(after?.summary).toContain('127.0.0.2');
    expect(trap.seen).toEqual([]);
  });

  it('is refused in the middle of a chain of redirects as well', async () => {
    const pages: Readonly<Record<string, string>> = {
      '/': 'http://rebind.example:@/one',
      '/one': 'http://still.example:@/two',
      '/two': 'http://gone-private.example:@/three',
    };
    const trap = await trapAround(
      answering((request) => {
        const target = pages[request.split(' ')[1] ?? ''];
        return target === undefined
          ? OK
          : `HTTP/1.1 302 Found\r\nLocation: ${target.replace('@', String(trap.port))}`;
      }),
    );
    const dns = await nameServer({
      ...rebound,
      'start.example': { A: [PUBLIC] },
      'still.example': { A: [PUBLIC] },
      'gone-private.example': { A: ['127.0.0.2'], AAAA: ['::1'] },
    });
    const here = world(dns.address);
    const [report] = await check([endpoint({ kind: 'http', host: 'start.example', port: trap.port })], here);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'http.redirect-to-private-address' });
    expect(trap.seen).toEqual([]);
  });
});

describe('a forbidden address', () => {
  it('among the good ones of a name is named, and left alone', async () => {
    const trap = await trapAround(answering(() => OK));
    const dns = await nameServer({
      'mixed.example': { A: ['127.0.0.2', PUBLIC], AAAA: ['::1', '::ffff:127.0.0.2'] },
    });
    const here = world(dns.address);
    const [report] = await check([endpoint({ kind: 'http', host: 'mixed.example', port: trap.port })], here);
    const states = Object.fromEntries(
      (report?.observations ?? []).map((one) => [one.address, one.cause ?? one.state]),
    );
    expect(states).toMatchObject({
      [PUBLIC]: 'open',
      '127.0.0.2': 'dns.private-address',
      '::1': 'dns.private-address',
    });
    expect(report?.verdict).not.toBe('pass');
    expect(trap.seen).toEqual([]);
  });

  it.each([
    '127.0.0.2',
    '127.255.255.254',
    '::1',
    '::ffff:127.0.0.2',
    '::ffff:7f00:2',
    '::127.0.0.2',
    '64:ff9b::7f00:2',
    '64:ff9b:1::7f00:2',
    '2002:7f00:2::1',
    '2001:0:808:808::80ff:fffd',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fd00:ec2::254',
    '0.0.0.0',
    '::',
  ])('%s is refused for every kind: by pin, by name and as a literal', async (address) => {
    const trap = await trapAround((socket) => socket.destroy());
    const six = address.includes(':');
    const dns = await nameServer({ 'named.example': six ? { AAAA: [address] } : { A: [address] } });
    const hosts = ['pinned.example', 'named.example', address];
    const pins = [{ host: 'pinned.example', port: trap.port, address }];
    const all = [...TCP_KINDS, 'ntp' as const].flatMap((kind) =>
      hosts.map((host) => endpoint({ kind, host, port: trap.port })),
    );
    const reports = await check(all, world(dns.address, pins));
    expect(reports).toHaveLength(all.length);
    for (const { host, cause, summary } of reports) {
      expect(cause).toBe(host === address ? 'prober.address-refused' : 'dns.private-address');
      expect(summary).toMatch(/[Nn]o packet was sent/);
    }
    expect(trap.seen).toEqual([]);
  });
});
