import { getEventListeners } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ReadOptions, type ReadOutcome, readBytes } from '../../lib/net/read.ts';
import {
  banner,
  drip,
  endless,
  finAtOnce,
  listen,
  type Peer,
  resetAfter,
  silent,
} from '../servers/tcp-peers.ts';

let peer: Peer | undefined;
afterEach(async () => {
  await peer?.close();
  peer = undefined;
});

async function read(
  serve: Parameters<typeof listen>[0],
  options: Partial<ReadOptions> = {},
): Promise<ReadOutcome> {
  peer = await listen(serve);
  const socket = connect(peer.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const outcome = await readBytes(socket, {
    timeoutMs: 2_000,
    maxBytes: 1_000,
    deadline: new AbortController().signal,
    ...options,
  });
  expect(socket.listenerCount('data')).toBe(0);
  socket.destroy();
  return outcome;
}

describe('the bounded read', () => {
  it('reads what came in time though this process was held up beyond the limit', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const other = await accepted;
    const reading = readBytes(socket, {
      timeoutMs: 20,
      maxBytes: 100,
      deadline: new AbortController().signal,
    });
    other.write('hello');
    // The bytes are in the kernel; the timer is due before they are read.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    expect(await reading).toMatchObject({ end: 'complete' });
    for (const one of [socket, other]) one.destroy();
    server.close();
  });

  it('is content with the first bytes', async () => {
    expect(await read(banner('hello'))).toEqual({ end: 'complete', bytes: Buffer.from('hello') });
  });

  it('waits until there is enough', async () => {
    const outcome = await read(drip('abc\n', 2), { enough: (bytes) => bytes.includes(0x0a) });
    expect(outcome).toEqual({ end: 'complete', bytes: Buffer.from('abc\n') });
  });

  it.each([
    ['silence', silent, 'timeout'],
    ['a FIN', finAtOnce, 'fin'],
    ['a RST', resetAfter(20), 'reset'],
  ] as const)('reports %s', async (_name, serve, end) => {
    const outcome = await read(serve, { timeoutMs: 200 });
    expect(outcome.end).toBe(end);
    expect(outcome.bytes).toHaveLength(0);
  });

  it('keeps what came before the end', async () => {
    const outcome = await read((socket) => socket.end('bye'), { enough: () => false });
    expect(outcome).toEqual({ end: 'fin', bytes: Buffer.from('bye') });
  });

  it('stops an endless peer at its bound', async () => {
    const outcome = await read(endless('spam '), { enough: () => false, maxBytes: 5_000 });
    expect(outcome.end).toBe('too-large');
    expect(outcome.bytes).toHaveLength(5_000);
  });

  it('stops a dripping peer at its time', async () => {
    const outcome = await read(drip('x', 20), { enough: () => false, timeoutMs: 150 });
    expect(outcome.end).toBe('timeout');
    expect(outcome.bytes.length).toBeGreaterThan(0);
  });

  it('ends with the run and leaves no listener on its signal', async () => {
    const run = new AbortController();
    setTimeout(() => run.abort(), 20);
    expect((await read(silent, { deadline: run.signal })).end).toBe('deadline');
    expect(getEventListeners(run.signal, 'abort').length).toBeLessThanOrEqual(1);
  });
});
