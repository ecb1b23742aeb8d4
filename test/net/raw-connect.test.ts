import { describe, expect, it } from 'vitest';
import { isOnLink, senderOf } from '../../lib/net/raw-connect.ts';
import { watchDial } from '../../lib/net/watched-dial.ts';
import { fakeKernel } from './kernel/fake-syscalls.ts';

describe('the sender of an ICMP error', () => {
  const own = ['127.0.0.1', '198.51.100.1', '198.51.100.2', '2001:db8::1'];
  it.each([
    ['192.0.2.7', '192.0.2.7', 'target'],
    // A packet filter of this machine answers with the first address of the interface, whichever the connection has.
    ['198.51.100.2', '192.0.2.7', 'self'],
    ['2001:db8:0:0::1', '2001:db8:9::7', 'self'],
    ['203.0.113.9', '192.0.2.7', 'other'],
    // This machine is what is tested.
    ['198.51.100.1', '198.51.100.1', 'target'],
  ])('%s about packets to %s is %s', (from, target, sender) => {
    expect(senderOf(from, target, own)).toBe(sender);
  });
});

describe('an address in a network of this machine', () => {
  const networks = ['127.0.0.1/8', '::1/128', '198.51.100.7/24', '2001:db8:1::7/64'];
  it.each([
    ['198.51.100.9', true],
    ['198.51.101.9', false],
    ['2001:db8:1::99', true],
    ['2001:db8:2::99', false],
  ])('%s: %s', (target, onLink) => {
    expect(isOnLink(target, networks)).toBe(onLink);
  });
});

describe('a refusal without an ICMP error', () => {
  it.each([
    [true, { syns: [0], reset: true }],
    // A sandbox that does not keep them: it may have been one.
    [false, { syns: [0] }],
  ])('is a RST only where the kernel keeps ICMP errors: %s', async (keeps, evidence) => {
    const { calls, clock, open } = fakeKernel(() => 'refused', keeps);
    const setup = { guard: () => undefined, clock, deadline: new AbortController().signal, calls };
    const watched = watchDial('192.0.2.7', 443, {
      ...setup,
      dial: () => Promise.reject(new Error('not dialled')),
    });
    await watched.dial('192.0.2.7', 443, { timeoutMs: 1_000 });
    expect(await watched.evidence()).toEqual(evidence);
    watched.release();
    expect(open).toEqual(new Set());
  });
});

describe('a watched dial whose probe was given up', () => {
  const setup = () => {
    const kernel = fakeKernel(() => 'connected');
    const dial = () => Promise.reject(new Error('not dialled'));
    const { calls, clock } = kernel;
    const deadline = new AbortController().signal;
    return {
      kernel,
      watched: watchDial('192.0.2.7', 443, { guard: () => undefined, clock, deadline, calls, dial }),
    };
  };

  it('closes a connection that comes about after that', async () => {
    const { kernel, watched } = setup();
    const dialling = watched.dial('192.0.2.7', 443, { timeoutMs: 1_000 });
    expect(kernel.open.size).toBe(1);
    watched.release();
    expect(await dialling).toMatchObject({ ok: false, result: { status: 'deadline' }, localPort: 40_000 });
    expect(kernel.open).toEqual(new Set());
  });

  it('opens none any more', async () => {
    const { kernel, watched } = setup();
    watched.release();
    for (const port of [443, 444])
      expect(await watched.dial('192.0.2.7', port, { timeoutMs: 1_000 })).toMatchObject({
        ok: false,
        result: { status: 'deadline' },
      });
    expect(kernel.sent).toEqual([]);
  });
});
