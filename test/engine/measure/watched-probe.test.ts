/** When the kernel is asked, and what more is tried; the kernel itself is a fake that keeps a record. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startMeasuring } from '../../../lib/engine/measure/measuring.ts';
import { watchedProbe } from '../../../lib/engine/measure/watched-probe.ts';
import { factsOf } from '../../../lib/kinds/facts.ts';
import { markedSegment } from '../../../lib/kinds/listener/syn-mark.ts';
import type { Observation } from '../../../lib/kinds/observation.ts';
import type { KernelEvidence, PathTrace, StreamCounters } from '../../../lib/model/kernel-evidence.ts';
import type { ProbeSpec } from '../../../lib/model/plan.ts';
import type { KernelAccess } from '../../../lib/net/network-access.ts';
import { check } from '../run/check.ts';
import {
  endpoint,
  type FakeProbe,
  failedDial,
  fakeWorld,
  PUBLIC,
  registry,
  seenBareConnect,
  seenRefused,
  seenSilent,
  settings,
  tcpSeen,
} from '../run/fakes.ts';

const STALLED: StreamCounters = {
  sentBytes: 10,
  ackedBytes: 10,
  retransmissions: 0,
  receivedBytes: 0,
  receivedSegments: 2,
  sendMss: 1448,
  receiveMss: 1448,
  ended: false,
};

/** @param found what it says of the nth connection */
function fakeKernel(found: KernelEvidence | undefined | ((nth: number) => KernelEvidence)) {
  const asked: string[] = [];
  const access: KernelAccess = {
    watch: async (address, port, options) => {
      asked.push(
        `watch ${address}:${port}${options?.maxSegment === undefined ? '' : ` mss ${options.maxSegment}`}`,
      );
      const evidence = typeof found === 'function' ? found(asked.length) : found;
      return (
        evidence && { dial: world.context.dial, evidence: async () => evidence, release: () => undefined }
      );
    },
    trace: async (address, port): Promise<PathTrace> => {
      asked.push(`trace ${address}:${port}`);
      return { port, hops: [] };
    },
  };
  const world = fakeWorld();
  return { asked, world: { ...world, context: { ...world.context, kernel: access } } };
}

const confirming = { settings: settings({ confirm: 1, defaultControls: false }) };

describe('the kernel', () => {
  it('is not asked about what works, nor about a failure that is not confirmed', async () => {
    const { asked, world } = fakeKernel({ syns: [0] });
    await check([endpoint()], async (spec) => tcpSeen(spec), world, confirming);
    await check([endpoint()], async (spec) => seenRefused(spec), world);
    expect(asked).toEqual([]);
  });

  it('is asked about the attempt that confirms a failure, whose observation holds what it said', async () => {
    const { asked, world } = fakeKernel({ syns: [0], reset: true });
    const { reports } = await check([endpoint()], async (spec) => seenRefused(spec), world, confirming);
    expect(asked).toEqual([`watch ${PUBLIC}:4000`]);
    expect(reports[0]?.observations.map(({ evidence }) => 'kernel' in evidence)).toEqual([false, true]);
    expect(reports[0]?.summary).toContain('RST');
  });

  it('that says nothing changes nothing', async () => {
    const { world } = fakeKernel(undefined);
    const { reports } = await check([endpoint()], async (spec) => seenSilent(spec), world, confirming);
    const without = await check([endpoint()], async (spec) => seenSilent(spec), fakeWorld(), confirming);
    expect(reports).toEqual(without.reports);
  });
});

describe('with a listener’s code', () => {
  const listener = { run: '0011223344556677', key: 'ab'.repeat(32) };
  const segment = markedSegment(listener.key, PUBLIC, 4_000);

  it('marks the SYNs that confirm a silence, and says so', async () => {
    const { asked, world } = fakeKernel({ syns: [0] });
    const withCode = { ...world, context: { ...world.context, listener } };
    const { reports } = await check([endpoint()], async (spec) => seenSilent(spec), withCode, confirming);
    expect(asked[0]).toBe(`watch ${PUBLIC}:4000 mss ${segment}`);
    expect(reports[0]?.observations.at(-1)?.evidence).toMatchObject({ kernel: { markedFor: listener.run } });
    expect(JSON.stringify(reports)).not.toContain(listener.key);
  });

  it('marks nothing where something came back, or without a code', async () => {
    const { asked, world } = fakeKernel({ syns: [0], reset: true });
    const withCode = { ...world, context: { ...world.context, listener } };
    await check([endpoint()], async (spec) => seenRefused(spec), withCode, confirming);
    const noCode = { ...world, context: { ...world.context, listener: { run: listener.run } } };
    await check([endpoint()], async (spec) => seenSilent(spec), noCode, confirming);
    expect(asked.filter((one) => one.startsWith('watch'))).toEqual([
      `watch ${PUBLIC}:4000`,
      `watch ${PUBLIC}:4000`,
    ]);
  });

  it('chooses odd sizes that differ by key, address and port', () => {
    const sizes = Array.from({ length: 200 }, (_, port) => markedSegment(listener.key, PUBLIC, port));
    expect(sizes.every((size) => size % 2 === 1 && size >= 1_201 && size <= 1_327)).toBe(true);
    expect(new Set(sizes).size).toBeGreaterThan(40);
    expect(markedSegment('cd'.repeat(32), PUBLIC, 4_000)).not.toBe(segment);
  });
});

describe('the way to a silent port', () => {
  it('is followed in the last attempt alone, the one that decides', async () => {
    const { asked, world } = fakeKernel({ syns: [0] });
    const thrice = { settings: settings({ confirm: 3, confirmPauseMs: 0, defaultControls: false }) };
    const { reports } = await check([endpoint()], async (spec) => seenSilent(spec), world, thrice);
    const watch = `watch ${PUBLIC}:4000`;
    expect(asked).toEqual([watch, watch, watch, `trace ${PUBLIC}:4000`]);
    expect(reports[0]?.observations.map(({ evidence }) => 'kernel' in evidence)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(reports[0]?.observations.at(-1)?.evidence).toMatchObject({ kernel: { trace: { port: 4_000 } } });
  });

  it('is followed, and that to a port of the same address that answered', async () => {
    const { asked, world } = fakeKernel({ syns: [0] });
    const probe: FakeProbe = async (spec) => (spec.port === 80 ? tcpSeen(spec) : seenSilent(spec));
    await check([endpoint({ port: 80 }), endpoint()], probe, world, confirming);
    expect(asked).toEqual([`watch ${PUBLIC}:4000`, `trace ${PUBLIC}:4000`, `trace ${PUBLIC}:80`]);
  });

  it.each([
    ['in the name of the address that was dialled', 'target', 13, 1],
    ['that says there is no way', 'target', 1, 0],
    ['of another address', 'other', 13, 0],
  ] as const)('is followed after an ICMP error %s: %s code %i', async (_, sender, code, traces) => {
    const icmp = { version: 4, type: 3, code, from: PUBLIC, sender } as const;
    const { asked, world } = fakeKernel({ syns: [0], icmp });
    await check([endpoint()], async (spec) => seenRefused(spec), world, confirming);
    expect(asked.filter((one) => one.startsWith('trace'))).toHaveLength(traces);
  });

  it('has none beside it where the only port that answers is of a server that counts connections', async () => {
    const { asked, world } = fakeKernel({ syns: [0] });
    const probe: FakeProbe = async (spec) => (spec.port === 25 ? tcpSeen(spec) : seenSilent(spec));
    await check([endpoint({ kind: 'smtp', port: 25 }), endpoint()], probe, world, confirming);
    expect(asked.filter((one) => one.startsWith('trace'))).toEqual([`trace ${PUBLIC}:4000`]);
  });
});

describe('a connection that stalls', () => {
  const kernel = { syns: [0], stream: STALLED };
  const large = `watch ${PUBLIC}:4000`;
  const small = `${large} mss 536`;
  /** Answers only in these tries; small segments are asked for in the second and the fourth. */
  const answersIn =
    (asked: readonly string[], tries: readonly number[]): FakeProbe =>
    async (spec) =>
      tries.includes(asked.length) ? tcpSeen(spec) : seenBareConnect(spec);

  it('and is answered in small segments alone, twice, loses large packets', async () => {
    const { asked, world } = fakeKernel(kernel);
    const { reports } = await check([endpoint()], answersIn(asked, [2, 4]), world, confirming);
    expect(asked).toEqual([large, small, large, small, large]);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.path-mtu' });
    expect(reports[0]?.observations.at(-1)?.evidence).toMatchObject({
      kernel: { segments: { mss: 536, answered: true, largeAnswered: false } },
    });
  });

  it.each([
    ['in large ones after that: it was the moment, not the size', [2, 3], [large, small, large]],
    [
      'in large ones the second time: a server of several hangs',
      [2, 4, 5],
      [large, small, large, small, large],
    ],
    ['not in small ones the second time: a server of several hangs', [2], [large, small, large, small]],
  ])('and is answered in small segments, and %s', async (_, tries, tried) => {
    const { asked, world } = fakeKernel(kernel);
    const { reports } = await check([endpoint()], answersIn(asked, tries), world, confirming);
    expect(asked).toEqual(tried);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.accepts-then-silent' });
  });

  it('in small segments too is tried no further', async () => {
    const { asked, world } = fakeKernel(kernel);
    const { reports } = await check([endpoint()], async (spec) => seenBareConnect(spec), world, confirming);
    expect(asked).toHaveLength(2);
    expect(reports[0]?.observations.at(-1)?.evidence).toMatchObject({
      kernel: { segments: { mss: 536, answered: false, arrived: true } },
    });
  });

  const withBytes = (tries: readonly number[]) => (nth: number) => ({
    syns: [0],
    stream: { ...STALLED, receivedBytes: tries.includes(nth) ? 20 : 0 },
  });

  it('and gives a part of an answer in small segments proves nothing', async () => {
    const { asked, world } = fakeKernel(withBytes([2]));
    const { reports } = await check([endpoint()], async (spec) => seenBareConnect(spec), world, confirming);
    expect(asked).toEqual([large, small]);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.accepts-then-silent' });
    const evidence = reports[0]?.observations.at(-1)?.evidence;
    expect(evidence?.kind !== undefined && evidence.kernel).not.toHaveProperty('segments');
  });

  it('and gives a part of it in large segments, and all of it in small ones, loses large packets', async () => {
    const { asked, world } = fakeKernel(withBytes([1, 3, 5]));
    const { reports } = await check([endpoint()], answersIn(asked, [2, 4]), world, confirming);
    expect(asked).toEqual([large, small, large, small, large]);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.path-mtu' });
  });

  it('makes no further connection where the peer ended it, or counts connections', async () => {
    const ended = fakeKernel({ syns: [0], stream: { ...STALLED, ended: true } });
    await check([endpoint()], async (spec) => seenBareConnect(spec), ended.world, confirming);
    expect(ended.asked).toHaveLength(1);
    const mail = fakeKernel(kernel);
    const probe: FakeProbe = async (spec) => seenBareConnect(spec);
    await check([endpoint({ kind: 'smtp', port: 25 })], probe, mail.world, confirming);
    expect(mail.asked).toHaveLength(1);
  });
});

describe('all evidence about one failed attempt', () => {
  /** Time that goes by for what is asked, by a clock of its own; the kernel has to wait two seconds for the end of a connection. */
  async function spentBy(
    probeMs: (spec: ProbeSpec, asked: readonly string[]) => number | undefined,
    given: { readonly stream?: StreamCounters; readonly kind?: 'tcp' | 'https'; readonly dialMs?: number },
  ): Promise<{ ms: number; asked: string[] }> {
    let now = 0;
    let probed = 0;
    const asked: string[] = [];
    const base = fakeWorld();
    const wait = (ms: number): void => {
      now += ms;
    };
    const kernel: KernelAccess = {
      watch: async (_, port, options) => {
        asked.push(`watch ${port} ${options?.maxSegment ?? 'usual'}`);
        return {
          dial: base.context.dial,
          evidence: async (how) => {
            if (how?.briefly !== true) wait(2_000);
            return { syns: [0], ...(given.stream && { stream: given.stream }) };
          },
          release: () => undefined,
        };
      },
      trace: async (_, port, { timeoutMs }) => {
        asked.push(`trace ${port}`);
        wait(timeoutMs);
        return { port, hops: [] };
      },
    };
    const context = {
      ...base.context,
      kernel,
      clock: { ...base.context.clock, monotonic: () => now },
      dial: async (_: string, port: number, { timeoutMs }: { timeoutMs: number }) => {
        asked.push(`dial ${port}`);
        wait(timeoutMs);
        return failedDial({ status: 'timeout' });
      },
    };
    const probe: FakeProbe = async (spec) => {
      const ms = probeMs(spec, asked);
      probed += 1;
      // The first attempt and the one that confirms it are no evidence.
      const answers = ms !== undefined && ms <= spec.timeoutMs;
      if (probed > 2) wait(answers ? ms : spec.timeoutMs);
      if (given.stream === undefined) return seenSilent(spec);
      if (answers) return tcpSeen(spec);
      const { read: _, ...common } = seenBareConnect(spec);
      const tls = { handshake: { status: 'timeout' }, receivedBytes: 0, helloBytes: 1_600 } as const;
      return given.kind === 'https' ? { ...common, kind: 'tls', tls } : seenBareConnect(spec);
    };
    await check(
      [endpoint(given.kind && { kind: given.kind })],
      probe,
      { ...base, context },
      {
        settings: settings({ confirm: 1, confirmPauseMs: 0, defaultControls: false }),
      },
    );
    return { ms: now, asked };
  }

  const never = () => undefined;
  const smallAnswersAfter = (ms: number) => (_: ProbeSpec, asked: readonly string[]) =>
    asked.length > 1 && asked.at(-1)?.endsWith('536') === true ? ms : undefined;

  it.each([
    ['the way to a silent port', never, {}, 'trace 4000'],
    ['a connection that stalls', never, { stream: STALLED }, 'watch 4000 536'],
    ['one that works in small segments', smallAnswersAfter(100), { stream: STALLED }, 'watch 4000 536'],
    ['one that does so late', smallAnswersAfter(1_900), { stream: STALLED }, 'watch 4000 536'],
    ['a handshake, with hellos of two sizes', never, { stream: STALLED, kind: 'https' }, 'dial 4000'],
  ] as const)('takes six seconds more at most: %s', async (_, probeMs, given, last) => {
    const { ms, asked } = await spentBy(probeMs, given);
    expect(asked).toContain(last);
    expect(ms).toBeGreaterThanOrEqual(2_000);
    expect(ms).toBeLessThanOrEqual(6_000);
  });
});

describe('a silence in small segments that lost packets can make', () => {
  const unproven: readonly (readonly [string, Partial<StreamCounters>])[] = [
    ['a part of the request was not acknowledged', { sentBytes: 1_600, ackedBytes: 536, retransmissions: 2 }],
    ['all of it was, and some only when it was sent again', { retransmissions: 1 }],
    ['none of it was, in three tries', { ackedBytes: 0, retransmissions: 2, unanswered: 2 }],
    ['parts of it needed several tries', { ackedBytes: 5, retransmissions: 5, unanswered: 1 }],
  ];
  const segmentsWhere = async (stream: Partial<StreamCounters>, connect = 1): Promise<unknown> => {
    const { world } = fakeKernel({ syns: [0], stream: { ...STALLED, ...stream } });
    const probe: FakeProbe = async (spec) => ({
      ...seenBareConnect(spec),
      timings: { connect, total: 2_000 },
    });
    const { reports } = await check([endpoint()], probe, world, confirming);
    const evidence = reports[0]?.observations.at(-1)?.evidence;
    return evidence?.kind === undefined ? undefined : evidence.kernel?.segments;
  };

  it.each(unproven)('proves nothing: %s', async (_, stream) => {
    expect(await segmentsWhere(stream)).toBeUndefined();
  });

  it('proves nothing where the connection came about late', async () => {
    expect(await segmentsWhere({}, 1_400)).toBeUndefined();
  });

  it('is one where none of it was acknowledged in four tries', async () => {
    expect(await segmentsWhere({ ackedBytes: 0, retransmissions: 3, unanswered: 3 })).toEqual({
      mss: 536,
      answered: false,
      arrived: false,
    });
  });
});

describe('many silences', () => {
  const many = Array.from({ length: 60 }, (_, index) =>
    endpoint({ host: `203.0.114.${100 + Math.floor(index / 12)}`, port: 4000 + index }),
  );

  it('are followed as far as the budget goes, and the others are judged alike and say so', async () => {
    const { asked, world } = fakeKernel({ syns: [0, 1_000] });
    const { reports } = await check(many, async (spec) => seenSilent(spec), world, confirming);
    const traces = asked.filter((one) => one.startsWith('trace'));
    expect(traces).toHaveLength(40);
    const byAddress = new Set(traces.map((one) => one.split(/[ :]/)[1]));
    expect(byAddress.size).toBeGreaterThan(3);
    const leftOut = reports.filter(({ observations }) =>
      observations.some(({ evidence }) => evidence.kind !== undefined && evidence.kernel?.leftOut === true),
    );
    expect(leftOut).toHaveLength(20);
    expect(new Set(reports.map(({ verdict, cause }) => `${verdict} ${cause}`)).size).toBe(1);
    for (const { observations } of leftOut) {
      const evidence = observations.at(-1)?.evidence;
      expect(evidence && factsOf(evidence).map(({ label }) => label)).toContain('Left out');
    }
  });
});

describe('a large ClientHello without an answer', () => {
  const silentTls = (spec: ProbeSpec, helloBytes: number): Observation => {
    const { read: _, ...common } = tcpSeen(spec);
    return {
      ...common,
      kind: 'tls',
      tls: { handshake: { status: 'timeout' }, receivedBytes: 0, helloBytes },
    };
  };
  const tls = endpoint({ kind: 'tls', port: 443 });
  const hello = `${PUBLIC}:443`;

  it('is compared with a small one in the attempt that confirms it, with or without the kernel', async () => {
    const world = fakeWorld({ dial: async () => failedDial({ status: 'refused', code: 'ECONNREFUSED' }) });
    await check([tls], async (spec) => silentTls(spec, 1_555), world);
    expect(world.dials).not.toContain(hello);
    await check([tls], async (spec) => silentTls(spec, 1_555), world, confirming);
    expect(world.dials).toContain(hello);
  });

  it('is not where the hello was a small one, or small segments brought it through', async () => {
    const small = fakeWorld();
    await check([tls], async (spec) => silentTls(spec, 280), small, confirming);
    expect(small.dials).not.toContain(hello);
    const { asked, world } = fakeKernel({ syns: [0], stream: STALLED });
    const probe: FakeProbe = async (spec) =>
      [2, 4].includes(asked.length) ? tcpSeen(spec) : silentTls(spec, 1_555);
    const { reports } = await check([tls], probe, world, confirming);
    expect(reports[0]).toMatchObject({ cause: 'tcp.path-mtu' });
    expect(world.dials).not.toContain(hello);
  });
});

describe('a probe that is given up', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A kernel that takes its time: what it gives is on record until it is released. */
  function slowKernel() {
    const held = new Set<number>();
    const loading: (() => void)[] = [];
    const access: KernelAccess = {
      watch: async () => {
        await new Promise<void>((resolve) => loading.push(resolve));
        const number = loading.length;
        held.add(number);
        const dial = async () => ({ ok: false as const, result: { status: 'timeout' as const }, ms: 1 });
        return { dial, evidence: async () => undefined, release: () => void held.delete(number) };
      },
      trace: async () => undefined,
    };
    return { access, held, loaded: () => loading.at(-1)?.() };
  }

  const never: FakeProbe = () => new Promise(() => undefined);
  const place = { host: PUBLIC, port: 4000, address: PUBLIC, family: 4 } as const;
  const spec: ProbeSpec = { endpointId: 'e', kind: 'tcp', ...place, timeoutMs: 1_000, expect: 'open' };

  it.each(['before the kernel answers', 'after that'])('%s leaves nothing open', async (when) => {
    vi.useFakeTimers();
    const kernel = slowKernel();
    const run = new AbortController();
    const { context } = fakeWorld({ deadline: run.signal });
    const measuring = startMeasuring({
      settings: settings(),
      context: { ...context, kernel: kernel.access },
      probes: registry(never),
      vantage: { id: 'local', kind: 'local' },
      events: {},
    });
    const ending = watchedProbe(spec, measuring);
    if (when === 'after that') {
      kernel.loaded();
      await vi.advanceTimersByTimeAsync(1);
      expect(kernel.held.size).toBe(1);
    }
    run.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await ending).outcome.ok).toBe(false);
    if (when === 'before the kernel answers') kernel.loaded();
    await vi.advanceTimersByTimeAsync(1);
    expect(kernel.held).toEqual(new Set());
  });
});
