import { getEventListeners } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/net/clock.ts';
import { classifyConnectError, createDial, describeDial } from '../../lib/net/dial.ts';
import { createGuard } from '../../lib/net/guard.ts';
import { closedPort, droppingPort, listen, peersOfTest, resetAtOnce, silent } from '../servers/tcp-peers.ts';

const { kept, close } = peersOfTest();
afterEach(close);

function dialer(options: { allowPrivate?: boolean; deadline?: AbortSignal } = {}) {
  return createDial({
    guard: createGuard({ allowPrivate: options.allowPrivate ?? true }),
    clock: systemClock,
    deadline: options.deadline ?? new AbortController().signal,
  });
}

/** Keeps this thread from its event loop, as want of CPU does. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('the guarded dial', () => {
  it.each(['127.0.0.1', '127.9.8.7'])('connects to exactly the address %s', async (address) => {
    const peer = await kept(listen(silent, address));
    const dialled = await dialer()(address, peer.port, { timeoutMs: 2_000 });
    if (!dialled.ok) throw new Error(dialled.result.status);
    expect(dialled.socket.remoteAddress).toBe(address);
    expect(dialled.localAddress).toMatch(/^127\./);
    expect(describeDial(address, peer.port, dialled)).toMatch(
      new RegExp(`^connected from 127\\.0\\.0\\.1:\\d+ to ${address}:${peer.port} in [\\d.]+ ms$`),
    );
    dialled.socket.destroy();
  });

  it('connects over IPv6', async () => {
    const peer = await kept(listen(silent, '::1'));
    const dialled = await dialer()('::1', peer.port, { timeoutMs: 2_000 });
    expect(dialled).toMatchObject({ ok: true, localAddress: '::1' });
    if (dialled.ok) dialled.socket.destroy();
  });

  it('reports a refusal', async () => {
    const dialled = await dialer()('127.0.0.1', await closedPort(), { timeoutMs: 2_000 });
    expect(dialled).toMatchObject({ ok: false, result: { status: 'refused', code: 'ECONNREFUSED' } });
    expect(dialled.localAddress).toBe('127.0.0.1');
  });

  it('reports dropped packets by its own timer', async () => {
    const peer = await kept(droppingPort());
    const dialled = await dialer()('127.0.0.1', peer.port, { timeoutMs: 150 });
    expect(dialled).toMatchObject({ ok: false, result: { status: 'timeout' } });
    expect(dialled.ms).toBeGreaterThanOrEqual(145);
    // What a firewall's log has of a SYN that was never answered.
    expect(dialled.localAddress).toBe('127.0.0.1');
    expect(dialled.localPort).toBeGreaterThan(0);
    expect(describeDial('127.0.0.1', peer.port, dialled)).toContain(
      `connect from 127.0.0.1:${dialled.localPort} to 127.0.0.1:${peer.port}: no answer`,
    );
  });

  it('takes no answer for silence because this process was held up itself', async () => {
    const peer = await kept(listen(silent));
    const dialling = dialer()('127.0.0.1', peer.port, { timeoutMs: 20 });
    // The kernel completes the handshake meanwhile; when this thread goes on, the timer is due and the answer unread.
    holdUp(60);
    const dialled = await dialling;
    expect(dialled).toMatchObject({ ok: true });
    if (dialled.ok) dialled.socket.destroy();
  });

  it('never takes a reset at once for a refusal', async () => {
    const peer = await kept(listen(resetAtOnce));
    const statuses = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const dialled = await dialer()('127.0.0.1', peer.port, { timeoutMs: 2_000 });
      statuses.add(dialled.ok ? 'connected' : dialled.result.status);
      if (dialled.ok) dialled.socket.destroy();
    }
    expect([...statuses].every((status) => status === 'reset' || status === 'connected')).toBe(true);
  });

  it('sends nothing to an address that the guard refuses', async () => {
    const peer = await kept(listen(silent));
    const dialled = await dialer({ allowPrivate: false })('127.0.0.1', peer.port, { timeoutMs: 2_000 });
    expect(dialled).toMatchObject({
      ok: false,
      ms: 0,
      result: { status: 'refused-by-guard', range: 'loopback' },
    });
  });

  it.each(['localhost', '0177.0.0.1', '2130706433', '127.1'])(
    'does not dial %s, which is no literal',
    async (text) => {
      const peer = await kept(listen(silent));
      expect(await dialer()(text, peer.port, { timeoutMs: 2_000 })).toMatchObject({
        ok: false,
        result: { status: 'refused-by-guard', range: 'not an IP address' },
      });
    },
  );

  it('ends with the run', async () => {
    const peer = await kept(droppingPort());
    const run = new AbortController();
    const dial = dialer({ deadline: run.signal });
    const waiting = dial('127.0.0.1', peer.port, { timeoutMs: 10_000 });
    run.abort();
    expect(await waiting).toMatchObject({ ok: false, result: { status: 'deadline' } });
    expect(await dial('127.0.0.1', peer.port, { timeoutMs: 10_000 })).toMatchObject({
      ok: false,
      ms: 0,
      result: { status: 'deadline' },
    });
  });

  it.each(['fe80::1', 'FEBF::1', 'fe80::1%no-such-link'])(
    'sends nothing to %s: no interface is chosen for a link-local address',
    async (address) => {
      const dialled = await dialer()(address, 9, { timeoutMs: 2_000 });
      expect(dialled).toEqual({
        ok: false,
        ms: 0,
        result: { status: 'unreachable', code: 'EINVAL', local: true },
      });
      expect(describeDial(address, 9, dialled)).toBe(
        `connect to [${address}]:9: refused by this machine's own network stack (EINVAL)`,
      );
    },
  );

  it('distinguishes our own kernel from the network: no route is local', async () => {
    // The loopback interface has no link-local network, so connect(2) fails before a packet is made.
    const [loopback = 'lo'] =
      Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some((one) => one.internal)) ??
      [];
    const dialled = await dialer()(`fe80::1%${loopback}`, 9, { timeoutMs: 2_000 });
    expect(dialled).toMatchObject({ ok: false, result: { status: 'unreachable', local: true } });
  });

  it('lets one deadline serve a thousand dials with a single listener', async () => {
    const run = new AbortController();
    const dial = dialer({ deadline: run.signal });
    const port = await closedPort();
    const dialled = await Promise.all(
      Array.from({ length: 1_000 }, () => dial('127.0.0.1', port, { timeoutMs: 5_000 })),
    );
    expect(dialled.every((one) => !one.ok && one.result.status === 'refused')).toBe(true);
    expect(getEventListeners(run.signal, 'abort')).toHaveLength(1);
  });

  it('survives a reset that comes while nobody listens', async () => {
    const peer = await kept(listen((socket) => setTimeout(() => socket.resetAndDestroy(), 20)));
    const dialled = await dialer()('127.0.0.1', peer.port, { timeoutMs: 2_000 });
    if (!dialled.ok) throw new Error(dialled.result.status);
    await new Promise((resolve) => dialled.socket.on('close', resolve));
    expect(dialled.socket.errored).toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([
    ['ECONNREFUSED', { status: 'refused', code: 'ECONNREFUSED' }],
    ['ECONNRESET', { status: 'reset', code: 'ECONNRESET' }],
    ['ETIMEDOUT', { status: 'timeout' }],
    ['EHOSTUNREACH', { status: 'unreachable', code: 'EHOSTUNREACH', local: false }],
    ['ENETUNREACH', { status: 'unreachable', code: 'ENETUNREACH', local: false }],
    ['EACCES', { status: 'unreachable', code: 'EACCES', local: false }],
    ['EMFILE', { status: 'unreachable', code: 'EMFILE', local: false }],
  ])('reads %s from the network', (code, result) => {
    expect(classifyConnectError(code, false)).toEqual(result);
  });
});
