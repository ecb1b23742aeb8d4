import { expect, it } from 'vitest';
import { runCheck } from '../../../lib/engine/run/run.ts';
import { VantageResult } from '../../../lib/engine/vantage-result.ts';
import { judgeTogether } from '../../../lib/engine/verdict/judge-together.ts';
import {
  endpoint,
  type FakeProbe,
  failedDial,
  fakeWorld,
  registry,
  seenRefused,
  seenSilent,
  settings,
  tcpSeen,
} from './fakes.ts';

/** Runs the check from one vantage, as a process elsewhere would, and gives what arrives here. */
async function resultFrom(id: string, probe: FakeProbe): Promise<VantageResult> {
  const results: VantageResult[] = [];
  await runCheck({
    id: 'run-1',
    endpoints: [endpoint()],
    settings: settings({ confirm: 1, controls: [{ port: 4000, host: '203.0.114.99', hostPort: 4000 }] }),
    context: fakeWorld({
      dial: async () => failedDial({ status: 'refused', code: 'ECONNREFUSED' }),
    }).context,
    probes: registry(probe),
    vantage: { id, kind: 'lambda', sourceAddress: `198.51.100.${id.length}` },
    events: { measured: (result) => void results.push(result) },
  });
  expect(results).toHaveLength(1);
  return VantageResult.parse(JSON.parse(JSON.stringify(results[0])));
}

it('judges together what vantages saw apart, and names those that got through and those that did not', async () => {
  const results = [
    await resultFrom('home', async (spec) => tcpSeen(spec)),
    await resultFrom('away', async (spec) => tcpSeen(spec)),
    await resultFrom('outside', async (spec) => seenRefused(spec)),
    await resultFrom('beyond', async (spec) => seenRefused(spec)),
  ];
  const report = judgeTogether(endpoint(), results);
  expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.refused' });
  expect(report.summary).toContain('passes from away, home, fails from beyond, outside');
  // Both attempts of those that failed, one of those that did not.
  expect(report.observations).toHaveLength(6);
  expect(judgeTogether(endpoint(), results.toReversed())).toEqual(report);
});

it('carries what the controls of the vantage proved, so that its own egress is not blamed on the target', async () => {
  const result = await resultFrom('lambda', async (spec) => seenSilent(spec));
  expect(result.facts.controls).toMatchObject([{ port: 4000, ok: false }]);
  expect(judgeTogether(endpoint(), [result])).toMatchObject({
    verdict: 'inconclusive',
    cause: 'prober.egress-blocked',
  });
});

it('leaves out results of other endpoints', async () => {
  const result = await resultFrom('home', async (spec) => tcpSeen(spec));
  expect(judgeTogether(endpoint({ port: 4001 }), [result]).verdict).toBe('inconclusive');
});

it('reads what a prober of before sends, whose findings are made again', async () => {
  const result = await resultFrom('home', async (spec) => seenRefused(spec));
  const finding = {
    state: 'broken',
    faults: [{ cause: 'tcp.unreachable', side: 'network', severity: 'fail', summary: 'As it was then.' }],
    summary: 'As it was then.',
  };
  const { measured, ...rest } = result;
  const old = { ...rest, judged: measured.map((one) => ({ ...one, finding })) };
  expect(VantageResult.parse(old)).toEqual(result);
  expect(judgeTogether(endpoint(), [VantageResult.parse(old)])).toMatchObject({ cause: 'tcp.refused' });
});

it.each([
  ['prober.stopped', 5],
  ['prober.deadline', 0],
  ['prober.unavailable', 0],
])('keeps of an older prober’s finding why nothing was measured: %s', async (cause, total) => {
  const { measured, ...rest } = await resultFrom('home', async (spec) => seenSilent(spec));
  const summary = 'The reason, in words.';
  const finding = {
    state: 'inconclusive',
    faults: [{ cause, side: 'prober', severity: 'fail', summary }],
    summary,
  };
  const judged = measured.map(({ observation, ...one }) => ({
    ...one,
    observation: { ...observation, timings: { total } },
    finding,
  }));
  const report = judgeTogether(endpoint(), [VantageResult.parse({ ...rest, judged })]);
  expect(report).toMatchObject({ verdict: 'inconclusive', cause });
  expect(report.summary).toContain(summary);
});
