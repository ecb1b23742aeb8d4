import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLocalContext } from '../../lib/engine/context.ts';
import { ehloName } from '../../lib/engine/ehlo-name.ts';
import { localFamilies } from '../../lib/engine/families.ts';
import { RunSettings } from '../../lib/model/request.ts';

type Interfaces = Parameters<typeof localFamilies>[0];
const address = (address: string, internal = false) => ({
  address,
  family: address.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
  internal,
  netmask: '',
  mac: '',
  cidr: null,
  scopeid: 0,
});
const machine = (...addresses: string[]): NonNullable<Interfaces> => ({
  lo: [address('127.0.0.1', true), address('::1', true)],
  eth0: addresses.map((one) => address(one)),
});

describe('localFamilies', () => {
  it.each([
    [['192.168.1.5'], [4]],
    [['192.168.1.5', 'fe80::1'], [4]],
    [['192.168.1.5', 'fd12::1'], [4]],
    [
      ['192.168.1.5', '2a00:1450::1'],
      [4, 6],
    ],
    [['2a00:1450::1'], [6]],
    [[], [4, 6]],
  ])('of a machine with %j are %j', (addresses, families) => {
    expect(localFamilies(machine(...addresses))).toEqual(families);
  });
});

describe('ehloName', () => {
  it.each([
    ['prober.example.com', 'prober.example.com'],
    ['Prober.Example.COM.', 'prober.example.com'],
    ['laptop', '[192.168.1.5]'],
    ['my_host.example.com', '[192.168.1.5]'],
    ['localhost.localdomain', '[192.168.1.5]'],
    ['10.0.0.1', '[192.168.1.5]'],
    ['-x.example.com', '[192.168.1.5]'],
    ['a.example.com\r\nRCPT TO:<x>', '[192.168.1.5]'],
  ])('of %j is %s', (name, said) => {
    expect(ehloName(name, machine('192.168.1.5'))).toBe(said);
  });

  it('of a machine that has no address but loopback is that', () => {
    expect(ehloName('laptop', machine())).toBe('[127.0.0.1]');
  });
});

describe('createLocalContext', () => {
  const { signal } = new AbortController();

  it('refuses loopback before any packet, unless private addresses are allowed', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    const strict = createLocalContext(RunSettings.parse({}), signal);
    expect(await strict.dial('127.0.0.1', port, { timeoutMs: 1_000 })).toMatchObject({
      ok: false,
      result: { status: 'refused-by-guard', range: 'loopback' },
    });
    expect(connections).toBe(0);

    const lax = createLocalContext(RunSettings.parse({ allowPrivate: true }), signal);
    const dialled = await lax.dial('127.0.0.1', port, { timeoutMs: 1_000 });
    expect(dialled).toMatchObject({ ok: true, localAddress: '127.0.0.1' });
    if (dialled.ok) dialled.socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('resolves pins and localhost without a question', async () => {
    const pin = { host: 'www.example.com', port: 443, address: '192.0.2.7' };
    const { resolver } = createLocalContext(RunSettings.parse({ resolve: [pin] }), signal);
    expect((await resolver.addresses('www.example.com', 443)).addresses).toEqual([
      { address: '192.0.2.7', family: 4 },
    ]);
    expect((await resolver.addresses('localhost', 80)).addresses[0]?.address).toBe('127.0.0.1');
  });

  it.each([
    ['from outside', {}, true],
    ['by its own time', { deadlineMs: 5 }, false],
  ])('ends %s', async (_, given, byHand) => {
    const outside = new AbortController();
    const { deadline } = createLocalContext(RunSettings.parse(given), outside.signal);
    expect(deadline.aborted).toBe(false);
    const ended = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve()));
    // The timer of the deadline lets the process end, so something else has to keep this test running.
    const alive = setInterval(() => undefined, 1_000);
    if (byHand) outside.abort();
    await ended;
    clearInterval(alive);
    expect(outside.signal.aborted).toBe(byHand);
  });

  it('is over from the start when its signal is', () => {
    expect(createLocalContext(RunSettings.parse({}), AbortSignal.abort()).deadline.aborted).toBe(true);
  });

  it('passes names, trust anchors and randomness on', () => {
    const given = { ehloName: 'mx.example.com', mailFrom: 'probe@example.com', trustAnchors: ['PEM'] };
    const context = createLocalContext(RunSettings.parse(given), signal);
    expect(context).toMatchObject(given);
    expect(context.randomHex(8)).toMatch(/^[0-9a-f]{16}$/);
    expect(context.randomHex(8)).not.toBe(context.randomHex(8));
    expect(createLocalContext(RunSettings.parse({}), signal)).not.toHaveProperty('mailFrom');
  });
});
