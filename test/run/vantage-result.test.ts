import { expect, it } from 'vitest';
import { runCheck } from '../../lib/run/run.ts';
import { judgeTogether, VantageResult } from '../../lib/run/vantage-result.ts';
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
    events: { checked: (result) => void results.push(result) },
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

it('carries what the controls of the vantage proved, so that its own egress is not held against the target', async () => {
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
