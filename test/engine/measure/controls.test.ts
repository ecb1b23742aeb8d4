import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createControls } from '../../../lib/engine/measure/controls.ts';
import type { Silence } from '../../../lib/kinds/contract/reading.ts';
import type { NtpObservation } from '../../../lib/kinds/ntp/observation.ts';
import type { ControlResult } from '../../../lib/model/plan.ts';
import { systemClock } from '../../../lib/net/clock.ts';
import { createDial } from '../../../lib/net/dial.ts';
import type { DialResult } from '../../../lib/net/network-access.ts';
import { type FakeProbe, type FakeWorld, failedDial, fakeWorld, registry, settings } from '../run/fakes.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});
async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The real dial on loopback in a world that is otherwise made up. */
const realWorld = (allowPrivate = true): FakeWorld => {
  const world = fakeWorld({ allowPrivate });
  const { guard, deadline } = world.context;
  return {
    ...world,
    context: { ...world.context, dial: createDial({ guard, deadline, clock: systemClock }) },
  };
};
const silence = (given: Partial<Silence> = {}): Silence => ({
  port: 80,
  family: 4,
  transport: 'tcp',
  scope: 'public',
  ...given,
});
const noProbe: FakeProbe = async () => {
  throw new Error('no probe is run for a TCP control');
};
const make = (world: FakeWorld, given: Parameters<typeof settings>[0], probe = noProbe) => {
  const told: ControlResult[] = [];
  const controls = createControls(
    settings(given),
    world.context,
    registry(probe),
    (one) => void told.push(one),
  );
  return { controls, told };
};

describe('controls that the user names', () => {
  it('prove a port when the control host connects, for targets of any scope', async () => {
    const hostPort = await listen(() => undefined);
    const { controls, told } = make(realWorld(), { controls: [{ port: 80, host: '127.0.0.1', hostPort }] });
    await controls.prove(silence({ scope: 'loopback' }));
    expect(told).toMatchObject([{ port: 80, family: 4, ok: true, target: `127.0.0.1:${hostPort}` }]);
    expect(told[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    for (const scope of ['loopback', 'private', 'public'] as const) expect(controls.for(scope)).toEqual(told);
  });

  it('show a blocked port when the control host does not connect', async () => {
    const hostPort = await listen(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const { controls } = make(realWorld(), { controls: [{ port: 80, host: '127.0.0.1', hostPort }] });
    await controls.prove(silence());
    expect(controls.for('public')).toMatchObject([
      { ok: false, detail: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  it('take a second host when the first one fails', async () => {
    const good = await listen(() => undefined);
    const controls80 = [
      { port: 80, host: 'nowhere.example', hostPort: 80 },
      { port: 80, host: '127.0.0.1', hostPort: good },
    ];
    const { controls, told } = make(realWorld(), { controls: controls80 });
    await controls.prove(silence());
    expect(told.map(({ ok }) => ok)).toEqual([false, true]);
    expect(controls.for('public').map(({ ok }) => ok)).toEqual([true]);
  });

  it('pass the guard like every dial, and prove nothing when it refuses', async () => {
    const hostPort = await listen(() => undefined);
    const { controls, told } = make(realWorld(false), {
      controls: [{ port: 80, host: '127.0.0.1', hostPort }],
    });
    await controls.prove(silence());
    expect(told).toMatchObject([{ ok: false, detail: expect.stringContaining('loopback') }]);
    expect(controls.for('public')).toEqual([]);
    expect(controls.all).toEqual(told);
  });

  it('prove nothing for a family in which the control host has no address', async () => {
    const { controls } = make(realWorld(), { controls: [{ port: 80, host: '127.0.0.1', hostPort: 80 }] });
    await controls.prove(silence({ family: 6 }));
    expect(controls.for('public')).toEqual([]);
    expect(controls.all).toMatchObject([{ ok: false, detail: expect.stringContaining('no IPv6 address') }]);
  });
});

describe('the control of port 25', () => {
  it('needs a banner, and leaves with QUIT', async () => {
    let tell = (_: string): void => undefined;
    const heard = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const hostPort = await listen((socket) => {
      let text = '';
      socket.write('220 mx.control.example ESMTP\r\n');
      socket.on('data', (bytes) => {
        text += String(bytes);
      });
      socket.on('close', () => tell(text));
    });
    const { controls } = make(realWorld(), { controls: [{ port: 25, host: '127.0.0.1', hostPort }] });
    await controls.prove(silence({ port: 25 }));
    expect(controls.for('public')).toMatchObject([
      { ok: true, detail: expect.stringContaining('220 mx.control.example ESMTP') },
    ]);
    expect(await heard).toBe('QUIT\r\n');
  });

  it('is not proven by a handshake alone', async () => {
    const hostPort = await listen((socket) => socket.end());
    const { controls } = make(realWorld(), { controls: [{ port: 25, host: '127.0.0.1', hostPort }] });
    await controls.prove(silence({ port: 25 }));
    expect(controls.for('public')).toMatchObject([
      { ok: false, detail: expect.stringContaining('no banner') },
    ]);
  });
});

describe('built-in controls', () => {
  const names = { 'one.one.one.one': ['1.1.1.1', '1.0.0.1'], 'portquiz.net': ['35.180.139.74'] };

  it('are made once for each port and family of a public target', async () => {
    const world = fakeWorld({ names });
    const { controls } = make(world, {});
    await Promise.all([
      controls.prove(silence()),
      controls.prove(silence()),
      controls.prove(silence({ port: 9999 })),
    ]);
    expect(world.questions.sort()).toEqual(['one.one.one.one', 'portquiz.net']);
    expect(world.dials.sort()).toEqual(['1.0.0.1:80', '1.1.1.1:80', '35.180.139.74:9999']);
    expect(
      controls
        .for('public')
        .map(({ port, ok }) => [port, ok])
        .sort(),
    ).toEqual([
      [80, false],
      [9999, false],
    ]);
  });

  it.each(['loopback', 'private', 'forbidden'] as const)(
    'are neither asked for nor used for a %s target',
    async (scope) => {
      const world = fakeWorld({ names });
      const { controls } = make(world, {});
      await controls.prove(silence({ scope }));
      expect([...world.questions, ...world.dials]).toEqual([]);
      await controls.prove(silence());
      expect(controls.for('public')).toHaveLength(1);
      expect(controls.for(scope)).toEqual([]);
    },
  );

  it('are not made when the user switches them off', async () => {
    const world = fakeWorld({ names });
    const { controls } = make(world, { defaultControls: false });
    await controls.prove(silence());
    expect([...world.questions, ...world.dials]).toEqual([]);
  });

  it('give way to a control that the user names for the port', async () => {
    const world = fakeWorld({ names: { ...names, 'mine.example': ['203.0.114.7'] } });
    const { controls } = make(world, { controls: [{ port: 80, host: 'mine.example', hostPort: 8080 }] });
    await controls.prove(silence());
    expect(world.dials).toEqual(['203.0.114.7:8080']);
  });

  it('count as proven when one of several addresses answers', async () => {
    const dial = async (address: string): Promise<DialResult> =>
      address === '1.0.0.1'
        ? { ok: true, socket: new Socket(), ms: 7, localAddress: '' }
        : failedDial({ status: 'timeout' });
    const { controls } = make(fakeWorld({ names, dial }), {});
    await controls.prove(silence());
    expect(controls.for('public')).toMatchObject([{ ok: true, detail: '1.0.0.1 connected in 7 ms' }]);
  });

  it('name every address that failed', async () => {
    const dial = async (address: string) =>
      failedDial(
        address === '1.1.1.1'
          ? { status: 'timeout' }
          : { status: 'unreachable', code: 'EHOSTUNREACH', local: false },
      );
    const { controls } = make(fakeWorld({ names, dial }), {});
    await controls.prove(silence());
    expect(controls.for('public')).toMatchObject([
      { ok: false, detail: expect.stringMatching(/1\.1\.1\.1.*; 1\.0\.0\.1.*EHOSTUNREACH/) },
    ]);
  });

  it('speak NTP for silence over UDP, and say nothing of TCP', async () => {
    const world = fakeWorld({ names: { 'time.cloudflare.com': ['162.159.200.1'] } });
    const ntp: FakeProbe = async (spec): Promise<NtpObservation> => ({
      kind: 'ntp',
      endpointId: spec.endpointId,
      vantage: 'local',
      host: spec.host,
      port: spec.port,
      address: spec.address,
      startedAt: new Date().toISOString(),
      timings: { total: 4 },
      exchange: [],
      connect: { status: 'connected' },
      ntp: { status: 'answered', stratum: 3, referenceId: 'x', offsetMs: 0 },
    });
    const { controls } = make(world, {}, ntp);
    await controls.prove(silence({ port: 123, transport: 'udp' }));
    expect(controls.for('public')).toMatchObject([{ port: 123, transport: 'udp', ok: true }]);
    expect(world.dials).toEqual([]);
  });
});
