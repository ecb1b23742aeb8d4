import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/net/clock.ts';
import { createReservedDial, createReservedGate } from '../../lib/net/reserved-dial.ts';

describe('the gate of the reserved dial', () => {
  const shut = createReservedGate({ allowPrivate: false });
  const lab = createReservedGate({ allowPrivate: true });

  it.each(['240.0.0.1', '241.2.3.4', '254.255.255.255', '255.255.255.254', '100::1', '100::ffff'])(
    'lets %s through',
    (address) => {
      expect(shut(address)).toBeUndefined();
      expect(lab(address)).toBeUndefined();
    },
  );

  it.each([
    '255.255.255.255',
    '8.8.8.8',
    '239.255.255.255',
    '169.254.169.254',
    '2600:1f18::1',
    'fd00:ec2::254',
    '::ffff:240.0.0.1',
    'ff02::1',
    '240.0.0.1.example',
    '0.0.0.0',
    '100:0:0:1::1',
    '100::1:1',
    '1::100',
    '',
  ])('never lets %s through', (address) => {
    expect(shut(address)).toBeTypeOf('string');
    expect(lab(address)).toBeTypeOf('string');
  });

  it.each(['127.0.0.1', '::1', '10.0.0.1', 'fd12::1'])('lets %s through for a lab alone', (address) => {
    expect(shut(address)).toBeTypeOf('string');
    expect(lab(address)).toBeUndefined();
  });
});

describe('the reserved dial', () => {
  const { signal } = new AbortController();

  it('connects in a lab, where loopback takes the place of a network that answers for everyone', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const dial = createReservedDial({ allowPrivate: true, clock: systemClock });
    const dialled = await dial('127.0.0.1', port, { timeoutMs: 2_000, signal });
    expect(dialled.ok).toBe(true);
    if (dialled.ok) dialled.socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends nothing to an address that some host may have', async () => {
    const dial = createReservedDial({ allowPrivate: false, clock: systemClock });
    const dialled = await dial('127.0.0.1', 9, { timeoutMs: 2_000, signal });
    expect(dialled).toMatchObject({ ok: false, result: { status: 'refused-by-guard' } });
  });

  it('ends with its signal', async () => {
    const dial = createReservedDial({ allowPrivate: false, clock: systemClock });
    const dialled = await dial('240.0.0.1', 9, { timeoutMs: 2_000, signal: AbortSignal.abort() });
    expect(dialled).toMatchObject({ ok: false, result: { status: 'deadline' } });
  });
});
