import { describe, expect, it } from 'vitest';
import { createNegativeControls } from '../../../lib/engine/measure/negative-control.ts';
import type { DialResult } from '../../../lib/net/network-access.ts';
import { failedDial, fakeWorld } from '../run/fakes.ts';

const answersAll: DialResult = failedDial({ status: 'reset', code: 'ECONNRESET' });

describe('createNegativeControls', () => {
  it.each([
    [failedDial({ status: 'timeout' }), true],
    [failedDial({ status: 'unreachable', code: 'ENETUNREACH', local: true }), true],
    [failedDial({ status: 'refused', code: 'ECONNREFUSED' }), true],
    [answersAll, false],
  ])('judges %o', async (dialled, clean) => {
    const world = fakeWorld({ dialReserved: async () => dialled });
    const controls = createNegativeControls({}, world.context);
    expect(await controls.result(25, 'public')).toMatchObject({ address: '240.0.0.1', port: 25, clean });
    expect(controls.known(25, 'public')?.clean).toBe(clean);
  });

  it('learns nothing from a dial that was cut off', async () => {
    const world = fakeWorld({ dialReserved: async () => failedDial({ status: 'deadline' }) });
    const controls = createNegativeControls({}, world.context);
    expect(await controls.result(25, 'public')).toBeUndefined();
    expect(controls.shown()).toBeUndefined();
  });

  it('runs once for each port', async () => {
    const world = fakeWorld();
    const controls = createNegativeControls({}, world.context);
    controls.start(80, 'public');
    await Promise.all([
      controls.result(80, 'public'),
      controls.result(80, 'public'),
      controls.result(443, 'public'),
    ]);
    expect(world.dials).toEqual(['reserved 240.0.0.1:80', 'reserved 240.0.0.1:443']);
  });

  it('runs ahead for a bounded number of ports, and for any port when a result needs it', async () => {
    let dialled = 0;
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const dialReserved = async () => {
      dialled += 1;
      await answered;
      return failedDial({ status: 'timeout' });
    };
    const controls = createNegativeControls({}, fakeWorld({ dialReserved }).context);
    for (let port = 1; port <= 500; port += 1) controls.start(port, 'public');
    expect(dialled).toBe(64);
    const needed = controls.result(500, 'public');
    expect(dialled).toBe(65);
    answer();
    expect(await needed).toMatchObject({ port: 500, clean: true });
  });

  it('is made for no private or loopback target, unless the user names its address', async () => {
    const world = fakeWorld();
    const controls = createNegativeControls({}, world.context);
    for (const scope of ['private', 'loopback', 'forbidden'] as const) {
      controls.start(80, scope);
      expect(await controls.result(80, scope)).toBeUndefined();
    }
    expect(world.dials).toEqual([]);

    const named = createNegativeControls({ negativeControl: { address: '127.0.0.9' } }, world.context);
    expect(await named.result(80, 'loopback')).toMatchObject({ address: '127.0.0.9', clean: true });
    expect(world.dials).toEqual(['reserved 127.0.0.9:80']);
  });

  it('does not count for a private target when it was made for a public one', async () => {
    const world = fakeWorld({ dialReserved: async () => answersAll });
    const controls = createNegativeControls({}, world.context);
    await controls.result(80, 'public');
    expect(controls.known(80, 'private')).toBeUndefined();
  });

  it('shows the one that connected, if there is any', async () => {
    const world = fakeWorld({
      dialReserved: async (_, port) => (port === 25 ? answersAll : failedDial({ status: 'timeout' })),
    });
    const controls = createNegativeControls({}, world.context);
    await controls.result(80, 'public');
    expect(controls.shown()).toMatchObject({ port: 80, clean: true });
    await controls.result(25, 'public');
    expect(controls.shown()).toMatchObject({ port: 25, clean: false });
  });
});
