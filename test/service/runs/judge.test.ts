import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../lib/engine/verdict/run.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { countVerdicts } from '../../../lib/model/verdict-counts.ts';
import type { Verdict } from '../../../lib/model/vocabulary.ts';
import type { BatchResult } from '../../../lib/service/runs/batch-result.ts';
import { createEarlyResults } from '../../../lib/service/runs/early-results.ts';
import { evaluateTarget, resultsByEndpoint } from '../../../lib/service/runs/evaluate.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { createJudge } from '../../../lib/service/runs/judge.ts';
import type { CompleteAttempt } from '../../../lib/service/runs/judged-attempt.ts';
import { loadJudged } from '../../../lib/service/runs/judged-store.ts';
import { planKey } from '../../../lib/service/runs/keys.ts';
import { ProbeBatch, type RunRecord } from '../../../lib/service/runs/messages.ts';
import type { RunPlan } from '../../../lib/service/runs/run-plan.ts';
import { type AttemptOutcome, type JudgedRound, JudgeOutput } from '../../../lib/service/runs/steps.ts';
import { endpoint, PUBLIC, seenRefused, seenSilent, settings, tcpSeen } from '../../engine/run/fakes.ts';
import { execution, FLEET, invocation, memoryStore, memoryTelemetry, vantage } from './ports.ts';
import { batchResult, judgedRounds } from './results.ts';

const planOf = (endpoints: Endpoint[], given: Partial<RunPlan> = {}): RunPlan => ({
  runId: 'run-1',
  execution: execution.id,
  requestedBy: 'ada',
  startedAt: execution.startedAt,
  settings: settings({ confirm: 1, confirmPauseMs: 1_500 }),
  vantages: FLEET,
  targets: [{ name: 'shop', endpoints, unprobed: [] }],
  ...given,
});

const runAt = (attempt: number, plan: RunPlan): RunRecord => ({
  runId: 'run-1',
  requestedBy: 'ada',
  startedAt: execution.startedAt,
  planKey: planKey('run-1'),
  vantages: plan.vantages,
  attempt,
});

const answered = (id: string, result: BatchResult, attempt = 1): AttemptOutcome => ({
  vantage: id,
  attempt,
  result: { inline: result },
});
const lost = (id: string, attempt = 1): AttemptOutcome => ({
  vantage: id,
  attempt,
  error: 'ProberTimedOut',
  cause: '{"errorType":"ProberTimedOut","errorMessage":"no answer in 75000 ms","trace":[]}',
});

/** What the step says, and the verdict that the report would come to if the run ended here. */
type Judged = JudgeOutput & { readonly verdict: Verdict; readonly found: readonly CompleteAttempt[] };

async function judge(
  plan: RunPlan,
  latest: AttemptOutcome[],
  {
    attempt = 1,
    before = [],
    early = {},
  }: { attempt?: number; before?: AttemptOutcome[]; early?: Record<string, BatchResult> } = {},
): Promise<Judged> {
  const store = memoryStore();
  await store.put(planKey('run-1'), JSON.stringify(plan), '');
  const telemetry = memoryTelemetry();
  const soFarStore = createEarlyResults(store);
  for (const [id, soFar] of Object.entries(early))
    await soFarStore.put({ runId: 'run-1', attempt, vantage: id }, soFar);
  const handler = createJudge({ store, early: soFarStore, telemetry });
  const judged = await judgedRounds(before, plan, runAt(attempt, plan), store);
  const state = { run: runAt(attempt, plan), dispatches: [], results: before, judged, latest };
  const output = JudgeOutput.parse(await handler(JSON.parse(JSON.stringify(state)), invocation()));
  const found = await loadJudged(output, plan, store, telemetry);
  const results = resultsByEndpoint(found);
  const counts = countVerdicts();
  for (const target of plan.targets)
    for (const report of evaluateTarget(target, results)) counts[report.verdict] += 1;
  return { ...output, verdict: judgeRun(counts), found };
}

const batches = ({ dispatches }: JudgeOutput): ProbeBatch[] =>
  dispatches.map(({ batch }) => {
    if (!('inline' in batch)) throw new Error('the batch is not in the state');
    return ProbeBatch.parse(batch.inline);
  });

const web = endpoint({ port: 443 });
const ssh = endpoint({ port: 22, expect: 'closed' });

describe('a vantage that died midway', () => {
  const other = endpoint({ port: 80 });

  it('keeps what it had measured, and is missing for the rest alone, with the reason', async () => {
    const output = await judge(
      planOf([web, other]),
      [...FLEET.slice(0, 2).map(({ id }) => answered(id, batchResult(id, [web, other]))), lost('ap-south-1')],
      { early: { 'ap-south-1': batchResult('ap-south-1', [web], { seen: seenRefused }) } },
    );
    expect(output.found).toMatchObject([
      { vantage: 'eu-west-1', missing: [] },
      { vantage: 'us-east-1', missing: [] },
      {
        vantage: 'ap-south-1',
        partial: true,
        broken: 'ProberTimedOut: no answer in 75000 ms',
        missing: [{ endpointId: other.id }],
      },
    ]);
    const [, , died] = output.found;
    expect(JSON.stringify(died?.missing)).toContain('no answer in 75000 ms');
    // What failed there is confirmed before it counts, as everywhere.
    expect(batches(output)).toMatchObject([{ vantage: { id: 'ap-south-1' }, endpoints: [{ id: web.id }] }]);
  });

  it('gives nothing by what is of another vantage or attempt', async () => {
    const others = [batchResult('us-east-1', [web]), batchResult('ap-south-1', [web], { attempt: 2 })];
    for (const early of others) {
      const output = await judge(planOf([web]), [lost('ap-south-1')], { early: { 'ap-south-1': early } });
      expect(output.found).toMatchObject([{ lost: 'ProberTimedOut: no answer in 75000 ms' }]);
    }
  });
});

describe('what is probed again', () => {
  it('nothing, when all vantages saw what was wanted', async () => {
    const output = await judge(
      planOf([web]),
      FLEET.map(({ id }) => answered(id, batchResult(id, [web]))),
    );
    expect(output).toMatchObject({
      dispatches: [],
      confirm: { needed: false, pauseSeconds: 0 },
      verdict: 'pass',
      run: { attempt: 1 },
    });
    expect(output.results).toHaveLength(3);
  });

  it('only what failed, from the vantages that saw it fail, at the addresses that failed', async () => {
    const other = endpoint({ port: 80 });
    const fails = batchResult('us-east-1', [web, other], {
      seen: (spec) => (spec.port === 443 ? seenRefused(spec) : tcpSeen(spec)),
    });
    const output = await judge(planOf([web, other]), [
      answered('eu-west-1', batchResult('eu-west-1', [web, other])),
      answered('us-east-1', fails),
      answered('ap-south-1', batchResult('ap-south-1', [web, other])),
    ]);
    expect(output.confirm).toEqual({ needed: true, pauseSeconds: 2 });
    expect(output.run.attempt).toBe(2);
    expect(batches(output)).toMatchObject([
      {
        attempt: 2,
        vantage: { id: 'us-east-1' },
        endpoints: [{ id: web.id }],
        again: [{ endpointId: web.id, addresses: [{ address: PUBLIC, family: 4 }] }],
      },
    ]);
  });

  it('an exposure too: one vantage that gets in is asked again', async () => {
    const output = await judge(planOf([ssh]), [
      answered('eu-west-1', batchResult('eu-west-1', [ssh], { seen: seenRefused })),
      answered('us-east-1', batchResult('us-east-1', [ssh])),
    ]);
    expect(output.verdict).toBe('fail');
    expect(batches(output).map((batch) => batch.vantage.id)).toEqual(['us-east-1']);
  });

  it('a failure of what is merely recommended', async () => {
    const recommended = endpoint({ level: 'recommended' });
    const output = await judge(planOf([recommended]), [
      answered('eu-west-1', batchResult('eu-west-1', [recommended], { seen: seenRefused })),
    ]);
    expect(output).toMatchObject({ verdict: 'warn', confirm: { needed: true } });
  });

  it('silence that no control explains, because it may have been a lost packet', async () => {
    const output = await judge(planOf([web]), [
      answered('eu-west-1', batchResult('eu-west-1', [web], { seen: seenSilent })),
    ]);
    expect(output).toMatchObject({ verdict: 'inconclusive', confirm: { needed: true } });
  });

  it('what an allow-list must keep out is not, when it was kept out', async () => {
    const listed = endpoint({ allowListedVantages: ['eu-west-1'] });
    const output = await judge(planOf([listed]), [
      answered('eu-west-1', batchResult('eu-west-1', [listed])),
      answered('us-east-1', batchResult('us-east-1', [listed], { seen: seenRefused })),
    ]);
    expect(output).toMatchObject({ verdict: 'pass', confirm: { needed: false } });
  });

  it('but is, when it got in', async () => {
    const listed = endpoint({ allowListedVantages: ['eu-west-1'] });
    const output = await judge(planOf([listed]), [
      answered('eu-west-1', batchResult('eu-west-1', [listed])),
      answered('us-east-1', batchResult('us-east-1', [listed])),
    ]);
    expect(output.verdict).toBe('fail');
    expect(batches(output).map((batch) => batch.vantage.id)).toEqual(['us-east-1']);
  });
});

describe('the loop ends', () => {
  const failing = (attempt: number) =>
    answered('eu-west-1', batchResult('eu-west-1', [web], { seen: seenRefused, attempt }), attempt);

  it('after as many confirmations as were asked for', async () => {
    const plan = planOf([web], { settings: settings({ confirm: 2 }) });
    const first = await judge(plan, [failing(1)]);
    const second = await judge(plan, [failing(2)], { attempt: 2, before: first.results });
    const third = await judge(plan, [failing(3)], { attempt: 3, before: second.results });
    expect([first, second, third].map(({ confirm }) => confirm.needed)).toEqual([true, true, false]);
    expect(third.results).toHaveLength(3);
    expect(third.verdict).toBe('fail');
  });

  it('at once when none was asked for', async () => {
    const output = await judge(planOf([web], { settings: settings({ confirm: 0 }) }), [failing(1)]);
    expect(output).toMatchObject({ dispatches: [], confirm: { needed: false }, verdict: 'fail' });
  });

  it('when the failure did not repeat, which is a warning', async () => {
    const plan = planOf([web], { settings: settings({ confirm: 2 }) });
    const passing = answered('eu-west-1', batchResult('eu-west-1', [web], { attempt: 2 }), 2);
    const output = await judge(plan, [passing], { attempt: 2, before: [failing(1)] });
    expect(output).toMatchObject({ confirm: { needed: false }, verdict: 'warn' });
  });
});

describe('a vantage that is lost', () => {
  it('is never blamed on the target', async () => {
    const output = await judge(planOf([web, ssh]), [
      answered(
        'eu-west-1',
        batchResult('eu-west-1', [web, ssh], {
          seen: (spec) => (spec.port === 22 ? seenRefused(spec) : tcpSeen(spec)),
        }),
      ),
      lost('us-east-1'),
      lost('ap-south-1'),
    ]);
    expect(output).toMatchObject({ verdict: 'pass', dispatches: [] });
    expect(output.results).toHaveLength(3);
  });

  it('leaves the run inconclusive when all are', async () => {
    const output = await judge(planOf([web, ssh]), [
      lost('eu-west-1'),
      lost('us-east-1'),
      lost('ap-south-1'),
    ]);
    expect(output).toMatchObject({ verdict: 'inconclusive', dispatches: [], confirm: { needed: false } });
  });

  it('neither confirms a failure nor takes it back', async () => {
    const before = [answered('eu-west-1', batchResult('eu-west-1', [web], { seen: seenRefused }))];
    const output = await judge(planOf([web]), [lost('eu-west-1', 2)], { attempt: 2, before });
    expect(output).toMatchObject({ verdict: 'fail', confirm: { needed: false } });
  });
});

it('judges a run in which nothing may be probed', async () => {
  const unprobed = [
    { endpointId: web.id, cause: 'prober.target-not-authorised' as const, summary: 'Not proven.' },
  ];
  const plan = planOf([], { targets: [{ name: 'shop', endpoints: [web], unprobed }] });
  expect(await judge(plan, [])).toMatchObject({ verdict: 'inconclusive', dispatches: [] });
});

it('does not ask vantages about port 25 that can’t get out on it', async () => {
  const mail = endpoint({ kind: 'smtp', port: 25 });
  const plan = planOf([mail, web], { vantages: [...FLEET, vantage('eu-central-1', { smtp: true })] });
  const output = await judge(plan, [lost('eu-west-1'), lost('eu-central-1')]);
  expect(output.verdict).toBe('inconclusive');
});

describe('what is kept for the report', () => {
  const web2 = endpoint({ port: 80 });
  const plan = planOf([web, web2], { vantages: FLEET.slice(0, 2) });
  const [here, there] = ['eu-west-1', 'us-east-1'];

  async function step(
    given: { attempt?: number; latest: AttemptOutcome[]; judged?: JudgedRound[] },
    store = memoryStore(),
  ) {
    const { attempt = 1, latest, judged = [] } = given;
    if (!store.objects.has(planKey('run-1'))) await store.put(planKey('run-1'), JSON.stringify(plan), '');
    const telemetry = memoryTelemetry();
    const state = { run: runAt(attempt, plan), results: [], latest, judged };
    const output = await createJudge({ store, telemetry })(state, invocation());
    return { output, store, telemetry };
  }

  const refused = (id: string, attempt = 1) =>
    answered(id, batchResult(id, [web, web2], { seen: seenRefused, attempt }), attempt);

  it('is one object for an attempt, with each finding’s key and parameters, and what is missing', async () => {
    const { output, store, telemetry } = await step({ latest: [refused(here), lost(there)] });
    expect([...store.objects.keys()].filter((key) => key.includes('/judged/'))).toEqual([
      expect.stringMatching(/^runs\/run-1\/judged\/1-[0-9a-f]{12}\.json$/),
    ]);
    const [seen, gone] = await loadJudged(output, plan, store, telemetry);
    if (seen === undefined || !('results' in seen)) throw new Error('not judged');
    expect([...seen.results.keys()]).toEqual([web.id, web2.id]);
    expect(seen.results.get(web.id)?.judged[0]?.finding).toMatchObject({
      state: 'closed',
      faults: [{ cause: 'tcp.refused', message: { key: expect.any(String), params: expect.any(Object) } }],
    });
    expect(gone).toMatchObject({ vantage: there, lost: 'ProberTimedOut: no answer in 75000 ms' });
    expect(
      gone?.missing.map(({ endpointId, judged }) => [endpointId, judged[0]?.finding.faults[0]?.cause]),
    ).toEqual([
      [web.id, 'prober.unavailable'],
      [web2.id, 'prober.unavailable'],
    ]);
  });

  it('names of a confirmation what was asked alone: what had failed', async () => {
    const fails = batchResult(here, [web, web2], {
      seen: (spec) => (spec.port === 443 ? seenRefused(spec) : tcpSeen(spec)),
    });
    const first = await step({ latest: [answered(here, fails), refused(there)] });
    const asked = await loadJudged(first.output, plan, first.store, first.telemetry);
    expect(asked.map(({ again }) => again?.map(({ endpointId }) => endpointId))).toEqual([
      [web.id],
      [web.id, web2.id],
    ]);
    const latest = [lost(here, 2), answered(there, batchResult(there, [web], { attempt: 2 }), 2)];
    const { output, store, telemetry } = await step(
      { attempt: 2, latest, judged: first.output.judged },
      first.store,
    );
    expect(output.judged.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const second = (await loadJudged(output, plan, store, telemetry)).filter(({ attempt }) => attempt === 2);
    const missing = second.map(({ vantage, missing }) => [
      vantage,
      missing.map(({ endpointId, judged }) => [endpointId, judged[0]?.observation.address]),
    ]);
    expect(missing).toEqual([
      [here, [[web.id, PUBLIC]]],
      [there, [[web2.id, PUBLIC]]],
    ]);
  });

  it('travels in the state where the bucket takes none', async () => {
    const store = memoryStore();
    await store.put(planKey('run-1'), JSON.stringify(plan), '');
    const put: typeof store.put = async (key, ...rest) => {
      if (key.includes('/judged/')) throw failure('StoreFailed', 'on purpose');
      return store.put(key, ...rest);
    };
    const { output, telemetry } = await step({ latest: [refused(here)] }, { ...store, put });
    expect(output.judged).toEqual([{ attempt: 1, judged: { gzip: expect.any(String) } }]);
    expect(await loadJudged(output, plan, store, telemetry)).toMatchObject([{ vantage: here, missing: [] }]);
  });

  it('is judged all the same when what was found before can’t be read', async () => {
    const first = await step({ latest: [refused(here)] });
    const [round] = first.output.judged;
    if (round === undefined || !('stored' in round.judged)) throw new Error('not stored');
    first.store.objects.set(round.judged.stored.key, '{}');
    const { output, telemetry } = await step(
      { attempt: 2, latest: [lost(here, 2)], judged: first.output.judged },
      first.store,
    );
    expect(output.confirm.needed).toBe(false);
    expect(JSON.stringify(telemetry)).toContain('can’t be read');
  });
});
