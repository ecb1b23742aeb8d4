/** How a run ends before its time: by its deadline, or by Ctrl-C. */
import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { check } from './check.ts';
import { endpoint, type FakeProbe, fakeWorld, seenRefused, settings, tcpSeen } from './fakes.ts';

const hundred = Array.from({ length: 100 }, (_, index) => endpoint({ port: 1_000 + index }));
/** Answers for ports below 1010; at 1010 the run is ended and, like all later ones, the probe returns what it has. */
const endingAt1010 = (end: () => void) => {
  const probed: number[] = [];
  const probe: FakeProbe = async (spec, { deadline }) => {
    probed.push(spec.port);
    if (spec.port === 1_010) end();
    if (!deadline.aborted) return tcpSeen(spec);
    const { read, ...rest } = tcpSeen(spec, { connect: { status: 'deadline' } });
    return rest;
  };
  return { probed, probe };
};
const serial = settings({ concurrency: 1 });

describe('the deadline of a run', () => {
  it('reports what was not reached as prober.deadline, and probes no more', async () => {
    const ended = new AbortController();
    const { probed, probe } = endingAt1010(() => ended.abort());
    const { reports, tail } = await check(hundred, probe, fakeWorld({ deadline: ended.signal }), {
      settings: serial,
    });
    expect(probed).toHaveLength(11);
    expect(reports).toHaveLength(100);
    expect(tail).toMatchObject({
      verdict: 'inconclusive',
      partial: true,
      counts: { pass: 10, inconclusive: 90 },
    });
    const late = reports.filter(({ verdict }) => verdict === 'inconclusive');
    expect(new Set(late.map(({ cause, side }) => `${cause} ${side}`))).toEqual(
      new Set(['prober.deadline prober']),
    );
    const { counts, ...rest } = tail;
    expect(Report.safeParse({ ...rest, endpoints: reports }).error).toBeUndefined();
  });

  it.each(['dns', 'tcp', 'tls', 'http', 'https', 'smtp', 'smtps', 'ssh', 'ntp'] as const)(
    'covers %s endpoints',
    async (kind) => {
      const world = fakeWorld({ deadline: AbortSignal.abort() });
      const { reports } = await check(
        [endpoint({ kind, host: 'www.example.com' })],
        async (spec) => tcpSeen(spec),
        world,
      );
      expect(reports).toMatchObject([{ kind, verdict: 'inconclusive', cause: 'prober.deadline' }]);
      expect(world.questions).toEqual([]);
    },
  );

  it('does not call a port that was not probed closed', async () => {
    const world = fakeWorld({ deadline: AbortSignal.abort() });
    const { reports } = await check([endpoint({ expect: 'closed' })], async (spec) => tcpSeen(spec), world);
    expect(reports).toMatchObject([{ verdict: 'inconclusive', cause: 'prober.deadline' }]);
  });

  it('cuts a confirmation off and says that the run is partial', async () => {
    const ended = new AbortController();
    const { reports, tail } = await check(
      [endpoint()],
      async (spec) => seenRefused(spec),
      fakeWorld({ deadline: ended.signal }),
      {
        settings: settings({ confirm: 1, confirmPauseMs: 600_000 }),
        events: { endpoint: () => undefined, observed: () => setImmediate(() => ended.abort()) },
      },
    );
    expect(reports).toEqual([]);
    expect(tail).toMatchObject({ verdict: 'fail', partial: true, counts: { fail: 1 } });
  });
});

describe('Ctrl-C', () => {
  it('ends the run with what was measured, and pulls no further endpoint', async () => {
    const stopped = new AbortController();
    const { probed, probe } = endingAt1010(() => stopped.abort());
    let pulled = 0;
    let returned = false;
    function* generate(): Generator<Endpoint> {
      try {
        for (const one of hundred) {
          pulled += 1;
          yield one;
        }
      } finally {
        returned = true;
      }
    }
    const { reports, tail } = await check(generate(), probe, fakeWorld({ deadline: stopped.signal }), {
      settings: serial,
      signal: stopped.signal,
    });
    expect(reports.map(({ port, verdict }) => [port, verdict])).toEqual(
      hundred.slice(0, 10).map(({ port }) => [port, 'pass']),
    );
    expect(tail).toMatchObject({ partial: true, counts: { pass: 10, inconclusive: 0 } });
    expect(tail.summary).toContain('cut short');
    expect([probed.length, pulled, returned]).toEqual([11, 11, true]);
  });

  it('keeps an endpoint of which one address was measured, as inconclusive', async () => {
    const stopped = new AbortController();
    const probe: FakeProbe = async (spec, { deadline }) => {
      if (spec.address === '203.0.114.2') {
        stopped.abort();
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!deadline.aborted) return tcpSeen(spec);
      const { read, ...rest } = tcpSeen(spec, { connect: { status: 'deadline' } });
      return rest;
    };
    const world = fakeWorld({
      deadline: stopped.signal,
      names: { 'www.example.com': ['203.0.114.1', '203.0.114.2'] },
    });
    const { reports } = await check([endpoint({ host: 'www.example.com' })], probe, world, {
      signal: stopped.signal,
    });
    expect(reports).toMatchObject([{ verdict: 'inconclusive', cause: 'prober.deadline' }]);
    expect(reports[0]?.observations.map(({ state }) => state)).toEqual(['open', 'inconclusive']);
  });

  it('before anything was measured gives an empty, partial report', async () => {
    const world = fakeWorld({ deadline: AbortSignal.abort() });
    const { reports, tail } = await check(hundred, async (spec) => tcpSeen(spec), world, {
      signal: AbortSignal.abort(),
    });
    expect(reports).toEqual([]);
    expect(tail).toMatchObject({ partial: true, verdict: 'inconclusive' });
  });
});
