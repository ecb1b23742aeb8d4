/** System calls against loopback; that other addresses answer is for test/system/kernel.test.ts and the lab. */
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/net/clock.ts';
import { createDial } from '../../lib/net/dial.ts';
import { createGuard } from '../../lib/net/guard.ts';
import { loadSyscalls } from '../../lib/net/kernel/syscalls.ts';
import { createKernelAccess } from '../../lib/net/kernel-access.ts';
import type { DialResult, WatchedDial } from '../../lib/net/network-access.ts';
import {
  banner,
  closedPort,
  droppingPort,
  finAtOnce,
  listen,
  peersOfTest,
  silent,
} from '../servers/tcp-peers.ts';

const loaded = await loadSyscalls();

const { kept, close } = peersOfTest();
afterEach(close);

function access(options: { allowPrivate?: boolean; deadline?: AbortSignal } = {}) {
  const setup = {
    guard: createGuard({ allowPrivate: options.allowPrivate ?? true }),
    clock: systemClock,
    deadline: options.deadline ?? new AbortController().signal,
  };
  return createKernelAccess({ ...setup, dial: createDial(setup) });
}

async function watch(address: string, port: number, of = access()): Promise<WatchedDial> {
  const watched = await of.watch(address, port);
  if (watched === undefined) throw new Error('the kernel can not be asked');
  return watched;
}

async function end(watched: WatchedDial) {
  const evidence = await watched.evidence();
  watched.release();
  return evidence;
}

function connected(dialled: DialResult) {
  if (!dialled.ok) throw new Error(dialled.result.status);
  return dialled.socket;
}

describe.skipIf(!loaded.ok && !process.env.CI)('a watched dial', () => {
  it.each(['127.0.0.1', '::1'])(
    'gives a socket of %s like the usual one, and its counters',
    async (address) => {
      const peer = await kept(listen(banner('220 ready\r\n'), address));
      const watched = await watch(address, peer.port);
      const dialled = await watched.dial(address, peer.port, { timeoutMs: 5_000 });
      const socket = connected(dialled);
      expect(socket).toMatchObject({ remoteAddress: address, remotePort: peer.port });
      expect(dialled).toMatchObject({ localAddress: address, localPort: socket.localPort });
      const [first] = await once(socket, 'data');
      expect(String(first)).toBe('220 ready\r\n');
      socket.destroy();
      expect(await end(watched)).toMatchObject({
        syns: [0],
        stream: { sentBytes: 0, receivedBytes: 11, receivedSegments: 2, ended: false },
      });
    },
  );

  it('of a peer that only acknowledges: all of it, and the FIN too', async () => {
    const peer = await kept(listen(silent));
    const watched = await watch('127.0.0.1', peer.port);
    const socket = connected(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 5_000 }));
    await new Promise((done) => socket.write('hello', done));
    socket.destroy();
    expect((await end(watched))?.stream).toMatchObject({
      sentBytes: 5,
      ackedBytes: 5,
      receivedBytes: 0,
      ended: false,
      finAcknowledged: true,
    });
  });

  it('of a peer that closes says so, and asks nothing more', async () => {
    const peer = await kept(listen(finAtOnce));
    const watched = await watch('127.0.0.1', peer.port);
    const socket = connected(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 5_000 }));
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
    const { stream } = (await end(watched)) ?? {};
    expect(stream).toMatchObject({ ended: true });
    expect(stream).not.toHaveProperty('finAcknowledged');
  });

  it('tells a RST from an ICMP error', async () => {
    const port = await closedPort();
    const watched = await watch('127.0.0.1', port);
    expect(await watched.dial('127.0.0.1', port, { timeoutMs: 5_000 })).toMatchObject({
      ok: false,
      result: { status: 'refused', code: 'ECONNREFUSED' },
      localAddress: '127.0.0.1',
      localPort: expect.any(Number),
    });
    expect(await end(watched)).toEqual({ syns: [0], reset: true });
  });

  it('ends with the timeout, and gives back its descriptors', async () => {
    const peer = await droppingPort();
    const watched = await watch('127.0.0.1', peer.port);
    expect(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 30 })).toMatchObject({
      ok: false,
      result: { status: 'timeout' },
      localPort: expect.any(Number),
    });
    expect(await end(watched)).toMatchObject({ syns: [0] });
    await peer.close();
  });

  it('asks the guard first, for a trace too', async () => {
    const peer = await kept(listen(silent));
    const strict = access({ allowPrivate: false });
    const watched = await watch('127.0.0.1', peer.port, strict);
    expect(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 1_000 })).toMatchObject({
      ok: false,
      result: { status: 'refused-by-guard', range: 'loopback' },
    });
    expect(await end(watched)).toBeUndefined();
    expect(await strict.trace('127.0.0.1', peer.port, { timeoutMs: 1_000 })).toBeUndefined();
  });

  it('ends with the run', async () => {
    const peer = await droppingPort();
    const run = new AbortController();
    const watched = await watch('127.0.0.1', peer.port, access({ deadline: run.signal }));
    const dialling = watched.dial('127.0.0.1', peer.port, { timeoutMs: 60_000 });
    run.abort();
    expect(await dialling).toMatchObject({ ok: false, result: { status: 'deadline' } });
    await end(watched);
    await peer.close();
  });

  it('leaves every connection but the first to the usual dial', async () => {
    const [peer, other] = [await kept(listen(banner('a'))), await kept(listen(banner('b')))];
    const watched = await watch('127.0.0.1', peer.port);
    const elsewhere = connected(await watched.dial('127.0.0.1', other.port, { timeoutMs: 5_000 }));
    const first = connected(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 5_000 }));
    const second = connected(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 5_000 }));
    await once(first, 'data');
    for (const socket of [elsewhere, first, second]) socket.destroy();
    expect((await end(watched))?.stream?.receivedBytes).toBe(1);
  });

  it('asks the peer for small segments', async () => {
    const peer = await kept(listen(banner('x')));
    const watched = await access().watch('127.0.0.1', peer.port, { maxSegment: 536 });
    if (watched === undefined) throw new Error('the kernel can not be asked');
    const socket = connected(await watched.dial('127.0.0.1', peer.port, { timeoutMs: 5_000 }));
    await once(socket, 'data');
    socket.destroy();
    const { stream } = (await end(watched)) ?? {};
    expect(stream?.receiveMss).toBeLessThanOrEqual(536);
    expect(stream?.sendMss).toBeLessThanOrEqual(536);
  });

  it('walks to a port on this machine in one step', async () => {
    const peer = await kept(listen(silent));
    expect(await access().trace('127.0.0.1', peer.port, { timeoutMs: 5_000 })).toEqual({
      port: peer.port,
      hops: [{ ttl: 1, answer: 'reached', from: '127.0.0.1', ms: expect.any(Number) }],
    });
  });
});

describe('an address with a zone', () => {
  it('is left to the usual dial', async () => {
    expect(await access().watch('fe80::1%lo', 80)).toBeUndefined();
    expect(await access().trace('fe80::1%lo', 80, { timeoutMs: 1 })).toBeUndefined();
  });
});
