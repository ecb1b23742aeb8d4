/** When the kernel is asked, and what more is tried; the kernel itself is a fake that keeps a record. */
import { describe, expect, it } from 'vitest';
import type { KernelEvidence, PathTrace, StreamCounters } from '../../../lib/model/kernel-evidence.ts';
import type { KernelAccess } from '../../../lib/net/network-access.ts';
import { check } from '../run/check.ts';
import {
  endpoint,
  type FakeProbe,
  fakeWorld,
  PUBLIC,
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

function fakeKernel(evidence: KernelEvidence | undefined) {
  const asked: string[] = [];
  const access: KernelAccess = {
    watch: async (address, port, options) => {
      asked.push(
        `watch ${address}:${port}${options?.maxSegment === undefined ? '' : ` mss ${options.maxSegment}`}`,
      );
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

describe('the way to a silent port', () => {
  it('is followed, and that to a port of the same address that answered', async () => {
    const { asked, world } = fakeKernel({ syns: [0] });
    const probe: FakeProbe = async (spec) => (spec.port === 80 ? tcpSeen(spec) : seenSilent(spec));
    await check([endpoint({ port: 80 }), endpoint()], probe, world, confirming);
    expect(asked).toEqual([`watch ${PUBLIC}:4000`, `trace ${PUBLIC}:4000`, `trace ${PUBLIC}:80`]);
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
      kernel: { segments: { mss: 536, answered: false } },
    });
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
