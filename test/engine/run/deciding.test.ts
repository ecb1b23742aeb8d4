/** Controls as they decide verdicts: who is contacted for whom, and what is claimed. */

import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { DialResult } from '../../../lib/net/network-access.ts';
import { check } from './check.ts';
import {
  endpoint,
  type FakeProbe,
  failedDial,
  fakeWorld,
  seenBareConnect,
  seenRefused,
  seenSilent,
  settings,
  tcpSeen,
  type WorldOptions,
} from './fakes.ts';

const names = { 'portquiz.net': ['35.180.139.74'] };
const connects = async (): Promise<DialResult> => ({
  ok: true,
  socket: new Socket(),
  ms: 2,
  localAddress: '',
});
const silent: FakeProbe = async (spec) => seenSilent(spec);
const bare: FakeProbe = async (spec) => seenBareConnect(spec);

describe('a timeout at a public target', () => {
  it.each<[string, WorldOptions, object, string]>([
    [
      'is filtered when the control answers',
      { names, dial: connects },
      { verdict: 'fail', side: 'network' },
      'tcp.filtered',
    ],
    [
      'proves nothing when the control is silent too',
      { names },
      { verdict: 'inconclusive', side: 'prober' },
      'prober.egress-blocked',
    ],
    [
      'proves nothing when no control can be found',
      {},
      { verdict: 'inconclusive', side: 'prober' },
      'prober.no-control',
    ],
  ])('%s', async (_, world, expected, cause) => {
    const { reports } = await check([endpoint()], silent, fakeWorld(world));
    expect(reports[0]).toMatchObject({ ...expected, cause });
  });

  it('is what a port that must be closed hopes for, once the control answers', async () => {
    const closed = endpoint({ expect: 'closed' });
    expect((await check([closed], silent, fakeWorld({ names, dial: connects }))).reports[0]).toMatchObject({
      verdict: 'pass',
      observations: [{ state: 'filtered' }],
    });
    expect((await check([closed], silent, fakeWorld({ names }))).reports[0]).toMatchObject({
      verdict: 'inconclusive',
      cause: 'prober.egress-blocked',
    });
  });

  it('makes one control for a hundred endpoints of a port, reported once and shown in the tail', async () => {
    const told: unknown[] = [];
    const world = fakeWorld({ names, dial: connects });
    const hundred = Array.from({ length: 100 }, (_, index) => endpoint({ host: `203.0.114.${index + 1}` }));
    const { tail } = await check(hundred, silent, world, {
      events: { control: (one) => void told.push(one) },
    });
    expect(world.dials.filter((dial) => !dial.startsWith('reserved'))).toEqual(['35.180.139.74:4000']);
    expect(told).toHaveLength(1);
    expect(tail.counts.fail).toBe(100);
    expect(tail.vantages[0]?.controls).toMatchObject([
      {
        port: 4000,
        ok: true,
        family: 4,
        target: 'portquiz.net:4000',
        detail: expect.stringMatching(/connected in 2 ms \(.*Z\)/),
      },
    ]);
  });

  it('needs no control when the target answered', async () => {
    const world = fakeWorld({ names, dial: connects });
    await check([endpoint()], async (spec) => tcpSeen(spec), world);
    expect(world.dials.filter((dial) => !dial.startsWith('reserved'))).toEqual([]);
    expect(world.questions).toEqual([]);
  });
});

describe('a target on loopback or a private network', () => {
  it.each(['127.0.0.1', '::1', '10.1.2.3', 'fd12::1', '192.168.1.1', '100.64.0.1'])(
    'makes no packet leave for elsewhere: %s',
    async (host) => {
      for (const probe of [silent, bare, async (spec) => tcpSeen(spec)] satisfies FakeProbe[]) {
        const world = fakeWorld({ names, dial: connects, allowPrivate: true });
        await check([endpoint({ host }), endpoint({ host, expect: 'closed' })], probe, world, {
          settings: settings({ allowPrivate: true, confirm: 1 }),
        });
        expect([...world.dials, ...world.questions]).toEqual([]);
      }
    },
  );

  it('is not judged by a control on the internet that another target needed before', async () => {
    const world = fakeWorld({ names, dial: connects, allowPrivate: true });
    const causes = new Map<string, string | undefined>();
    let publicIsJudged = (): void => undefined;
    const afterPublic = new Promise<void>((resolve) => {
      publicIsJudged = resolve;
    });
    const probe: FakeProbe = async (spec) => {
      if (spec.address === '10.0.0.1') await afterPublic;
      return seenSilent(spec);
    };
    await check([endpoint(), endpoint({ host: '10.0.0.1' })], probe, world, {
      settings: settings({ allowPrivate: true }),
      events: {
        endpoint: ({ host, cause }) => {
          causes.set(host, cause);
          if (host !== '10.0.0.1') publicIsJudged();
        },
      },
    });
    expect([...causes]).toEqual([
      ['203.0.114.10', 'tcp.filtered'],
      ['10.0.0.1', 'prober.no-control'],
    ]);
  });

  it('is judged by a control that the user names', async () => {
    const world = fakeWorld({ dial: connects, allowPrivate: true });
    const { reports } = await check([endpoint({ host: '10.0.0.1' })], silent, world, {
      settings: settings({
        allowPrivate: true,
        controls: [{ port: 4000, host: '10.0.0.2', hostPort: 4000 }],
      }),
    });
    expect(reports[0]?.cause).toBe('tcp.filtered');
    expect(world.dials).toEqual(['10.0.0.2:4000']);
  });
});

describe('a mere connect', () => {
  const answersAll: WorldOptions = { dialReserved: connects };

  it('is a fault of the target only where the negative control does not connect', async () => {
    expect((await check([endpoint()], bare, fakeWorld())).reports[0]).toMatchObject({
      verdict: 'fail',
      cause: 'tcp.accepts-then-silent',
    });
    const { reports, tail } = await check([endpoint()], bare, fakeWorld(answersAll));
    expect(reports[0]).toMatchObject({ verdict: 'inconclusive', cause: 'prober.network-answers-for-all' });
    expect(tail.vantages[0]?.negativeControl).toMatchObject({ address: '240.0.0.1', clean: false });
  });

  it('waits for the negative control, which is made once for the port', async () => {
    const order: string[] = [];
    const world = fakeWorld({
      dialReserved: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push('negative control');
        return failedDial({ status: 'timeout' });
      },
    });
    await check([endpoint({ host: '203.0.114.1' }), endpoint({ host: '203.0.114.2' })], bare, world, {
      events: { endpoint: () => void order.push('report') },
    });
    expect(order).toEqual(['negative control', 'report', 'report']);
    expect(world.dials).toEqual(['reserved 240.0.0.1:4000']);
  });
});

describe('a negative control that is slow', () => {
  it.each<[string, FakeProbe, 'open' | 'closed']>([
    ['what answered', async (spec) => tcpSeen(spec), 'open'],
    ['what refused', async (spec) => seenRefused(spec), 'closed'],
  ])('is not waited for by %s, and is given up at the end', async (_, probe, side) => {
    let ended = 0;
    const world = fakeWorld();
    const context: typeof world.context = {
      ...world.context,
      dialReserved: (_address, _port, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended += 1;
            resolve(failedDial({ status: 'deadline' }));
          });
        }),
    };
    const { tail } = await check([endpoint({ expect: side })], probe, { ...world, context });
    expect(tail.verdict).toBe('pass');
    expect(tail.vantages[0]).not.toHaveProperty('negativeControl');
    expect(ended).toBe(1);
  });
});
