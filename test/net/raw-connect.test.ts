import { describe, expect, it } from 'vitest';
import { senderOf } from '../../lib/net/raw-connect.ts';
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
