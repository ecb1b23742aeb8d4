import { describe, expect, it } from 'vitest';
import type { SmtpObservation } from '../../../lib/kinds/smtp/observation.ts';
import { check } from './check.ts';
import {
  endpoint,
  type FakeProbe,
  fakeWorld,
  PUBLIC,
  resolved,
  seenRefused,
  seenSilent,
  settings,
  tcpSeen,
} from './fakes.ts';

/** Refuses so many times for each address, then answers. */
const failing = (times: Readonly<Record<string, number>>) => {
  const calls: string[] = [];
  const probe: FakeProbe = async (spec) => {
    calls.push(spec.address);
    const before = calls.filter((address) => address === spec.address).length - 1;
    return before < (times[spec.address] ?? 0) ? seenRefused(spec) : tcpSeen(spec);
  };
  return { calls, probe };
};

describe('a failure', () => {
  it.each([0, 1, 3])('is probed again %i times before it counts', async (confirm) => {
    const { calls, probe } = failing({ [PUBLIC]: 99 });
    const { reports } = await check([endpoint()], probe, fakeWorld(), { settings: settings({ confirm }) });
    expect(calls).toHaveLength(1 + confirm);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.refused' });
    expect(reports[0]).not.toHaveProperty('flapped');
    expect(reports[0]?.observations.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 1 + confirm }, (_, index) => index + 1),
    );
  });

  it('that does not repeat is a flap, and is not probed a third time', async () => {
    const { calls, probe } = failing({ [PUBLIC]: 1 });
    const { reports } = await check([endpoint()], probe, fakeWorld(), { settings: settings({ confirm: 5 }) });
    expect(calls).toHaveLength(2);
    expect(reports[0]).toMatchObject({ verdict: 'warn', flapped: true, cause: 'tcp.refused' });
  });

  it('of one address makes only that address be probed again', async () => {
    const [good, bad] = ['203.0.114.1', '203.0.114.2'];
    const { calls, probe } = failing({ [bad]: 99 });
    const world = fakeWorld({ names: { 'www.example.com': [good, bad] } });
    const { reports } = await check([endpoint({ host: 'www.example.com' })], probe, world, {
      settings: settings({ confirm: 1 }),
    });
    expect(calls).toEqual([good, bad, bad]);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
  });

  it('of a recommended endpoint is confirmed too, although it only warns', async () => {
    const { calls, probe } = failing({ [PUBLIC]: 99 });
    const { reports } = await check([endpoint({ level: 'recommended' })], probe, fakeWorld(), {
      settings: settings({ confirm: 1 }),
    });
    expect(calls).toHaveLength(2);
    expect(reports[0]).toMatchObject({ verdict: 'warn', cause: 'tcp.refused' });
  });

  it('to resolve is asked for again, and a name that comes back is probed', async () => {
    const names: Record<string, ReturnType<typeof resolved>> = {
      'www.example.com': resolved('www.example.com', []),
    };
    const world = fakeWorld({ names });
    const { calls, probe } = failing({});
    const { reports } = await check([endpoint({ host: 'www.example.com' })], probe, world, {
      settings: settings({ confirm: 1 }),
      events: {
        endpoint: (report) => void reports0.push(report),
        observed: () => {
          names['www.example.com'] = resolved('www.example.com', [PUBLIC]);
        },
      },
    });
    expect(reports).toEqual([]);
    expect(world.questions).toEqual(['www.example.com', 'www.example.com']);
    expect(calls).toEqual([PUBLIC]);
    expect(reports0).toMatchObject([{ verdict: 'warn', cause: 'dns.nxdomain', flapped: true }]);
  });
  const reports0: unknown[] = [];

  it('does not hold a slot while it pauses', async () => {
    const order: string[] = [];
    const { probe } = failing({ '203.0.114.1': 1 });
    const { reports } = await check(
      [
        endpoint({ host: '203.0.114.1' }),
        endpoint({ host: '203.0.114.2' }),
        endpoint({ host: '203.0.114.3' }),
      ],
      probe,
      fakeWorld(),
      {
        settings: settings({ confirm: 1, concurrency: 1, confirmPauseMs: 30 }),
        events: { endpoint: (report) => void order.push(report.host) },
      },
    );
    expect(reports).toEqual([]);
    expect(order).toEqual(['203.0.114.2', '203.0.114.3', '203.0.114.1']);
  });
});

describe('silence', () => {
  it('that proves nothing is probed again', async () => {
    let calls = 0;
    const probe: FakeProbe = async (spec) => {
      calls += 1;
      return calls === 1 ? seenSilent(spec) : tcpSeen(spec);
    };
    const { reports } = await check([endpoint()], probe, fakeWorld(), {
      settings: settings({ confirm: 1, defaultControls: false }),
    });
    expect(calls).toBe(2);
    expect(reports[0]?.verdict).toBe('pass');
  });
});

describe('what is not probed again', () => {
  it('is an address that the guard refused', async () => {
    let calls = 0;
    const probe: FakeProbe = async (spec) => {
      calls += 1;
      const { read, ...rest } = tcpSeen(spec, { connect: { status: 'refused-by-guard', range: 'loopback' } });
      return rest;
    };
    await check([endpoint({ host: '127.0.0.1' })], probe, fakeWorld(), {
      settings: settings({ confirm: 2 }),
    });
    expect(calls).toBe(1);
  });

  it('is a mail server that answered: coming back in seconds is what they deny-list', async () => {
    let calls = 0;
    const probe: FakeProbe = async (spec): Promise<SmtpObservation> => {
      calls += 1;
      return {
        kind: 'smtp',
        endpointId: spec.endpointId,
        vantage: 'local',
        host: spec.host,
        port: spec.port,
        address: spec.address,
        family: 4,
        startedAt: new Date().toISOString(),
        timings: { total: 5 },
        exchange: [],
        connect: { status: 'connected' },
        smtp: {
          end: 'fin',
          lastPhase: 'banner',
          banner: { code: 554, lines: ['no service for you'] },
          bannerMs: 3,
        },
      };
    };
    const { reports } = await check([endpoint({ kind: 'smtp', port: 25 })], probe, fakeWorld(), {
      settings: settings({ confirm: 2 }),
    });
    expect(calls).toBe(1);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'smtp.rejected-on-connect' });
  });
});

describe('a mail server', () => {
  it('never sees two connections at once, be it for two names or two kinds', async () => {
    let open = 0;
    let most = 0;
    const probe: FakeProbe = async (spec) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return tcpSeen(spec);
    };
    const world = fakeWorld({ names: { 'a.example': [PUBLIC], 'b.example': [PUBLIC] } });
    const mail = [
      endpoint({ kind: 'smtp', port: 25, host: 'a.example' }),
      endpoint({ kind: 'smtp', port: 25, host: 'b.example' }),
      endpoint({ kind: 'smtps', port: 465, host: 'a.example' }),
    ];
    const { tail } = await check(mail, probe, world);
    expect(most).toBe(1);
    expect(Object.values(tail.counts).reduce((a, b) => a + b)).toBe(3);
  });
});
