/** The other ways to make a prober send something somewhere: mail routing, name servers, controls, a network with false answers. */
import { describe, expect, it } from 'vitest';
import { proveControl } from '../../lib/engine/measure/control-probe.ts';
import { probes } from '../../lib/kinds/probes.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { check, endpoint, nameServer, PUBLIC, trapAround, world } from './lab.ts';

const greet = (socket: import('node:net').Socket): void => {
  socket.write('220 mx.example.com ESMTP\r\n');
  socket.on('data', (chunk) => {
    const line = chunk.toString('latin1');
    socket.write(
      line.startsWith('QUIT')
        ? '221 Bye\r\n'
        : line.startsWith('EHLO')
          ? '250 mx.example.com\r\n'
          : '250 Ok\r\n',
    );
  });
};

describe('mail routing', () => {
  it.each([
    ['a private address', { A: ['127.0.0.2'] }],
    ['cloud metadata', { A: ['169.254.169.254'] }],
    ['a mapped address', { AAAA: ['::ffff:127.0.0.2'] }],
  ])('to %s is reported, and never dialled', async (_what, target) => {
    const trap = await trapAround(greet);
    const dns = await nameServer({
      'mail.example': { MX: [{ preference: 10, exchange: 'inside.example' }] },
      'inside.example': target,
    });
    const here = world(dns.address);
    const smtp = endpoint({
      kind: 'smtp',
      host: PUBLIC,
      port: trap.port,
      assertions: { mxDomain: 'mail.example' },
    });
    const [report] = await check([smtp], here, { confirm: 0 });
    const [address] = Object.values(target)[0] ?? [];
    expect(report).toMatchObject({ verdict: 'fail', cause: 'smtp.mx-elsewhere' });
    expect(report?.summary).toContain(address);
    expect(new Set(here.dials)).toEqual(new Set([`${PUBLIC}:${trap.port}`]));
    expect(trap.seen).toEqual([]);
  });

  it('asks no outside server about the names of private addresses', async () => {
    const trap = await trapAround(greet);
    const dns = await nameServer({});
    await check([endpoint({ kind: 'smtp', host: PUBLIC, port: trap.port })], world(dns.address), {
      confirm: 0,
    });
    expect(dns.queries).toEqual([]);
  });
});

describe('a name server', () => {
  it.each(['127.0.0.2', '[::1]', '[::ffff:127.0.0.2]', '169.254.169.253', '[64:ff9b::7f00:2]'])(
    'at %s is not asked',
    async (server) => {
      const trap = await trapAround(() => undefined);
      const dns = await nameServer({});
      const asked = endpoint({
        kind: 'dns',
        host: 'www.example.com',
        port: trap.port,
        dnsServer: `${server}:${trap.port}`,
      });
      const [report] = await check([asked], world(dns.address));
      expect(report).toMatchObject({ verdict: 'inconclusive', cause: 'prober.address-refused' });
      expect(trap.seen).toEqual([]);
      expect(dns.queries).toEqual([]);
    },
  );
});

describe('a control', () => {
  it.each(['tcp', 'udp'] as const)(
    'whose name leads to a private address is not tried over %s',
    async (transport) => {
      const trap = await trapAround(() => undefined);
      const dns = await nameServer({ 'control.example': { A: ['127.0.0.2'] } });
      const { context } = world(dns.address);
      const control = { host: 'control.example', port: trap.port };
      const silence = { port: trap.port, family: 4, transport, scope: 'public' } as const;
      const { result } = await proveControl(control, silence, context, probes);
      expect(result.ok).toBe(false);
      if (transport === 'tcp') expect(result.detail).toContain('127.0.0.2 is loopback');
      expect(trap.seen).toEqual([]);
    },
  );
});

describe('a network that answers for every address', () => {
  const kinds = ['tcp', 'ssh', 'smtp', 'smtps', 'http', 'https', 'tls'] as const satisfies readonly Kind[];

  it.each(kinds)('proves nothing about %s by its handshakes', async (kind) => {
    const trap = await trapAround((socket) => void socket.resume());
    const dns = await nameServer({});
    const { context } = world(dns.address);
    // The reserved address connects, as it did in networks that were seen: its handshake is that of the middlebox.
    const dirty = {
      ...context,
      dialReserved: (_address: string, _port: number, options: { timeoutMs: number }) =>
        context.dial(PUBLIC, trap.port, options),
    };
    const both = (['open', 'closed'] as const).map((expected) =>
      endpoint({ kind, host: PUBLIC, port: trap.port, expect: expected }),
    );
    const reports = await check(
      both,
      { context: dirty, dials: [] },
      { confirm: 0, timeoutMs: 300, negativeControl: { address: '240.0.0.1' } },
    );
    const open = reports.find((report) => report.expect === 'open');
    expect(open).toMatchObject({
      verdict: 'inconclusive',
      cause: 'prober.network-answers-for-all',
      side: 'prober',
    });
    // What must be closed is not called closed because of such a network's answers either.
    expect(reports.find((report) => report.expect === 'closed')?.verdict).toBe('inconclusive');
  });
});
