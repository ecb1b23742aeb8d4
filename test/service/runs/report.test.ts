import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import { judgeTogether } from '../../../lib/engine/verdict/judge-together.ts';
import type { Seal } from '../../../lib/report/signature/signature.ts';
import { verifyReport } from '../../../lib/report/signature/verify.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { planKey } from '../../../lib/service/runs/keys.ts';
import { createReporter } from '../../../lib/service/runs/report.ts';
import type { PlannedTarget, RunPlan } from '../../../lib/service/runs/run-plan.ts';
import { type AttemptOutcome, type JudgedRound, ReportOutput } from '../../../lib/service/runs/steps.ts';
import { endpoint, seenRefused, settings } from '../../engine/run/fakes.ts';
import { countingSeal } from '../share/signer.ts';
import { memoryItems } from '../state/memory-items.ts';
import {
  execution,
  FLEET,
  invocation,
  type MemoryStore,
  memoryStore,
  memoryTelemetry,
  VOUCH,
} from './ports.ts';
import { batchResult, judgedRounds } from './results.ts';

const NOW = Date.parse('2026-03-01T09:31:00.000Z');
const web = endpoint({ port: 443 });
const ssh = endpoint({ port: 22, target: 'other' });
const shop: PlannedTarget = {
  name: 'shop',
  profile: 'web',
  authorisation: { kind: 'vouched', ...VOUCH },
  endpoints: [web],
  unprobed: [],
};
const other: PlannedTarget = { name: 'other', endpoints: [ssh], unprobed: [] };

const inline = (result: ReturnType<typeof batchResult>, attempt = 1): AttemptOutcome => ({
  vantage: result.vantage.id,
  attempt,
  result: { inline: result },
});

async function makeReports(
  targets: PlannedTarget[],
  results: AttemptOutcome[],
  items = memoryItems(),
  seal?: () => Promise<Seal>,
  pins: RunPlan['settings']['resolve'] = [],
  damage: (store: MemoryStore, judged: readonly JudgedRound[]) => Promise<void> | void = () => undefined,
  now = NOW,
) {
  const plan: RunPlan = {
    runId: 'run-1',
    execution: execution.id,
    requestedBy: 'ada',
    startedAt: execution.startedAt,
    settings: settings({ confirm: 1, resolve: pins }),
    vantages: FLEET,
    targets,
  };
  const store = memoryStore();
  const telemetry = memoryTelemetry();
  await store.put(planKey('run-1'), JSON.stringify(plan), '');
  const run = {
    runId: 'run-1',
    requestedBy: 'ada',
    startedAt: execution.startedAt,
    planKey: planKey('run-1'),
    vantages: FLEET,
    attempt: 1,
  };
  const handler = createReporter({ store, items, telemetry, now: () => now, ...(seal && { seal }) });
  const judged = await judgedRounds(results, plan, run, store);
  await damage(store, judged);
  const output = ReportOutput.parse(await handler({ run, results, judged }, invocation()));
  const reports = output.reports.map(({ keys }) =>
    Report.parse(JSON.parse(store.objects.get(keys.json) ?? '')),
  );
  return { output, reports, store, telemetry };
}

describe('a report for each target', () => {
  it('is no plain pass where the name was pinned, and says what it was measured with', async () => {
    const seen = FLEET.map(({ id }) => inline(batchResult(id, [web])));
    const plain = await makeReports([shop], seen);
    expect(plain.reports[0]).toMatchObject({ verdict: 'pass' });
    const pins = [{ host: web.host, port: web.port, address: '192.0.2.1' }];
    const { reports, output } = await makeReports([shop], seen, memoryItems(), undefined, pins);
    expect(output.verdict).toBe('warn');
    expect(reports[0]).toMatchObject({
      verdict: 'warn',
      measuredWith: [{ setting: 'resolve', host: web.host }],
      endpoints: [{ verdict: 'warn', cause: 'prober.name-pinned', side: 'prober' }],
    });
  });

  it('says which assertions of the target widen a pass', async () => {
    const lax = { ...web, assertions: { tlsMinVersion: 'TLSv1' as const } };
    const { reports } = await makeReports(
      [{ ...shop, endpoints: [lax] }],
      FLEET.map(({ id }) => inline(batchResult(id, [lax]))),
    );
    expect(reports[0]?.measuredWith).toEqual([
      { setting: 'tlsMinVersion', text: `TLS 1.0 accepted at ${lax.host}:443`, host: lax.host },
    ]);
  });

  it('does not end before it began, where the clock was set back meanwhile', async () => {
    const seen = FLEET.map(({ id }) => inline(batchResult(id, [web])));
    const back = Date.parse(execution.startedAt) - 3_600_000;
    const { output, reports } = await makeReports(
      [shop],
      seen,
      memoryItems(),
      undefined,
      [],
      undefined,
      back,
    );
    expect(output.finishedAt).toBe(execution.startedAt);
    expect(reports[0]?.finishedAt).toBe(reports[0]?.startedAt);
  });

  it('is in the bucket in three formats, with the verdict of the run with them', async () => {
    const { output, store, reports } = await makeReports(
      [shop, other],
      FLEET.map(({ id }) => inline(batchResult(id, [web, ssh], { seen: (spec) => seenRefused(spec) }))),
    );
    expect(output.verdict).toBe('fail');
    expect(output.reports.map(({ target, keys }) => [target, keys])).toEqual([
      ['shop', keysOf(0)],
      ['other', keysOf(1)],
    ]);
    expect(store.objects.get('runs/run-1/0/report.html')).toContain('<!doctype html>');
    expect(store.objects.get('runs/run-1/1/report.md')).toContain('tcp.refused');
    expect(reports.map(({ endpoints }) => endpoints.map(({ id }) => id))).toEqual([[web.id], [ssh.id]]);
  });

  it('says who asked and why the fleet may, and what the vantages judged together', async () => {
    const results = FLEET.map(({ id }) => batchResult(id, [web]));
    const { reports } = await makeReports(
      [shop],
      results.map((result) => inline(result)),
    );
    expect(reports[0]).toMatchObject({
      id: 'run-1',
      profile: 'web',
      requestedBy: 'ada',
      authorisation: { kind: 'vouched', ...VOUCH },
      startedAt: execution.startedAt,
      finishedAt: '2026-03-01T09:31:00.000Z',
      verdict: 'pass',
      vantages: FLEET.map(({ id }) => ({ id, kind: 'lambda' })),
    });
    const together = judgeTogether(
      web,
      results.flatMap((one) => one.results),
    );
    expect(reports[0]?.endpoints).toEqual([JSON.parse(JSON.stringify(together))]);
  });
});

const keysOf = (index: number) => ({
  json: `runs/run-1/${index}/report.json`,
  html: `runs/run-1/${index}/report.html`,
  md: `runs/run-1/${index}/report.md`,
});

describe('a vantage that gave nothing', () => {
  const lost: AttemptOutcome = {
    vantage: 'us-east-1',
    attempt: 1,
    error: 'ProberTimedOut',
    cause:
      '{"errorType":"ProberTimedOut","errorMessage":"us-east-1 (us-east-1): no \\"answer\\" in 75000 ms"}',
  };

  it('is named, with why, and its observation is inconclusive', async () => {
    const { reports } = await makeReports(
      [shop],
      [inline(batchResult('eu-west-1', [web])), lost, inline(batchResult('ap-south-1', [web]))],
    );
    const [report] = reports;
    expect(report?.verdict).toBe('pass');
    expect(report?.vantages.map(({ id, unavailable }) => [id, unavailable])).toEqual([
      ['eu-west-1', undefined],
      ['us-east-1', 'ProberTimedOut: us-east-1 (us-east-1): no "answer" in 75000 ms'],
      ['ap-south-1', undefined],
    ]);
    expect(report?.endpoints[0]?.summary).toContain('us-east-1 (prober.unavailable)');
    expect(report?.endpoints[0]?.observations.find(({ vantage }) => vantage === 'us-east-1')).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.unavailable',
      summary: expect.stringContaining('us-east-1 gave no result'),
    });
  });

  it('makes nothing fail when it is every vantage', async () => {
    const all = FLEET.map(({ id }) => ({ ...lost, vantage: id }));
    const { output, reports } = await makeReports([shop], all);
    expect(output.verdict).toBe('inconclusive');
    expect(reports[0]?.endpoints[0]).toMatchObject({
      verdict: 'inconclusive',
      cause: 'prober.unavailable',
      side: 'prober',
    });
  });

  it('at the confirmation alone is next to what it saw before, at the same address', async () => {
    const seen = batchResult('us-east-1', [web], { seen: seenRefused });
    const { reports } = await makeReports([shop], [inline(seen), { ...lost, attempt: 2 }]);
    const observations = reports[0]?.endpoints[0]?.observations;
    expect(observations?.map(({ attempt, address, state }) => [attempt, address, state])).toEqual([
      [1, web.host, 'closed'],
      [2, web.host, 'inconclusive'],
    ]);
    expect(reports[0]?.verdict).toBe('fail');
  });

  it('for some endpoints only is inconclusive for those', async () => {
    const both = { ...shop, endpoints: [web, endpoint({ port: 80 })] };
    const { reports } = await makeReports([both], [inline(batchResult('eu-west-1', [web]))]);
    expect(reports[0]?.endpoints.map(({ verdict, cause }) => [verdict, cause])).toEqual([
      ['pass', undefined],
      ['inconclusive', 'prober.unavailable'],
    ]);
  });
});

it('reports what may not be probed, and what to do about it', async () => {
  const unprobed = [
    { endpointId: web.id, cause: 'prober.target-not-authorised' as const, summary: 'Nobody has proven it.' },
  ];
  const { authorisation: _, ...unknown } = shop;
  const { reports } = await makeReports([{ ...unknown, unprobed }], []);
  expect(reports[0]).not.toHaveProperty('authorisation');
  expect(reports[0]?.endpoints[0]).toMatchObject({
    verdict: 'inconclusive',
    cause: 'prober.target-not-authorised',
    side: 'prober',
    summary: 'Nobody has proven it.',
    fix: expect.stringContaining('publish the token'),
    observations: [],
  });
});

it('says that a run was cut short when a vantage ran out of time', async () => {
  const result = { ...batchResult('eu-west-1', [web]), partial: true };
  const { reports } = await makeReports([shop], [inline(result)]);
  expect(reports[0]).toMatchObject({ partial: true, summary: expect.stringContaining('cut short') });
});

it('doubts all that a network says that once answered for everyone', async () => {
  const negative = { address: '240.0.0.1', port: 443, detail: 'connected', at: execution.startedAt };
  const first = batchResult('eu-west-1', [web], { facts: { negative: { ...negative, clean: false } } });
  const second = batchResult('eu-west-1', [web], {
    attempt: 2,
    facts: { negative: { ...negative, clean: true } },
  });
  const { reports } = await makeReports([shop], [inline(first), inline(second, 2)]);
  expect(reports[0]).toMatchObject({
    verdict: 'inconclusive',
    vantages: [{ negativeControl: { clean: false } }],
  });
});

describe('the signature of reports', () => {
  const results = (): AttemptOutcome[] => FLEET.map(({ id }) => inline(batchResult(id, [web, ssh])));

  it('is one for the page and the data of each target, and one for its page in German', async () => {
    const { seal, keyId, signed } = countingSeal(() => NOW);
    const { store } = await makeReports([shop, other], results(), undefined, async () => seal);
    expect(signed()).toBe(4);
    for (const index of [0, 1])
      for (const form of ['html', 'json', 'de.html'])
        expect(verifyReport(store.objects.get(`runs/run-1/${index}/report.${form}`) ?? '')).toMatchObject({
          outcome: 'intact',
          signature: { keyId },
        });
  });

  it.each([
    ['can’t be opened', 0],
    ['goes out of reach after the first page', 1],
  ])('is missing, and reported once, when the key %s', async (_what, works) => {
    const { seal } = countingSeal(() => NOW);
    let left = works;
    let tries = 0;
    const failing: Seal = {
      keyId: seal.keyId,
      async sign(digests) {
        tries += 1;
        left -= 1;
        if (left < 0) throw failure('StoreFailed', 'kms Sign: KMSInternalException');
        return seal.sign(digests);
      },
    };
    const open = async (): Promise<Seal> => {
      if (works === 0) throw failure('StoreFailed', 'kms GetPublicKey: TimeoutError');
      return failing;
    };
    const { store, telemetry, output } = await makeReports([shop, other], results(), undefined, open);
    const outcomes = [0, 1].map(
      (index) => verifyReport(store.objects.get(`runs/run-1/${index}/report.html`) ?? '').outcome,
    );
    expect(outcomes).toEqual(works === 0 ? ['altered', 'altered'] : ['intact', 'altered']);
    expect(store.objects.get('runs/run-1/1/report.html')).toContain('This page is not signed.');
    expect(output.reports).toHaveLength(2);
    expect(telemetry.lines.filter(({ message }) => message === 'reports are not signed')).toHaveLength(1);
    expect(telemetry.metrics.filter(({ name }) => name === 'RunsNotSigned')).toHaveLength(1);
    // A key that is out of reach is not asked once for each of a hundred targets.
    expect(tries).toBeLessThanOrEqual(works + 1);
  });

  it('ends the step when the key signs with a bug of ours', async () => {
    const open = async (): Promise<Seal> => {
      throw new TypeError('a bug');
    };
    await expect(makeReports([shop], results(), undefined, open)).rejects.toThrow('a bug');
  });
});

describe('what the judge found and can’t be read', () => {
  type Damage = Parameters<typeof makeReports>[5];
  const keyIn = (judged: readonly JudgedRound[], attempt: number): string => {
    const round = judged.find((one) => one.attempt === attempt)?.judged;
    if (round === undefined || !('stored' in round)) throw new Error('not stored');
    return round.stored.key;
  };
  const damaged = (results: AttemptOutcome[], damage: Damage) =>
    makeReports([shop], results, undefined, undefined, [], damage);
  const refused = (attempt: number) =>
    inline(batchResult('eu-west-1', [web], { seen: seenRefused, attempt }), attempt);

  it.each<[string, Damage]>([
    ['is gone', (store, judged) => void store.objects.delete(keyIn(judged, 1))],
    ['was written over', (store, judged) => void store.objects.set(keyIn(judged, 1), '{"gzip":""}')],
    ['is no JSON', (store, judged) => void store.objects.set(keyIn(judged, 1), '<!doctype html>')],
  ])('%s: the report is made, inconclusive, and blames nobody', async (_, damage) => {
    const { output, reports, telemetry } = await damaged([refused(1)], damage);
    expect(output.verdict).toBe('inconclusive');
    expect(reports[0]).toMatchObject({
      verdict: 'inconclusive',
      vantages: [{ id: 'eu-west-1', unavailable: 'what was found of its answer can’t be read' }],
      endpoints: [
        {
          verdict: 'inconclusive',
          cause: 'prober.unavailable',
          side: 'prober',
          observations: [{ vantage: 'eu-west-1', cause: 'prober.unavailable', attempt: 1 }],
        },
      ],
    });
    expect(telemetry.lines.map(({ message }) => message)).toContain('findings can’t be read');
  });

  it('of the confirmation alone leaves what was seen before, at the same address', async () => {
    const { reports } = await damaged(
      [refused(1), refused(2)],
      (store, judged) => void store.objects.delete(keyIn(judged, 2)),
    );
    expect(reports[0]?.verdict).toBe('fail');
    const observations = reports[0]?.endpoints[0]?.observations;
    expect(
      observations?.map(({ attempt, address, state, cause }) => [attempt, address, state, cause]),
    ).toEqual([
      [1, web.host, 'closed', 'tcp.refused'],
      [2, web.host, 'inconclusive', 'prober.unavailable'],
    ]);
  });

  it('still says of a lost vantage why it was lost', async () => {
    const lost = { vantage: 'us-east-1', attempt: 1, error: 'ProberThrottled' };
    const { reports } = await damaged(
      [refused(1), lost],
      (store, judged) => void store.objects.delete(keyIn(judged, 1)),
    );
    expect(reports[0]?.vantages.find(({ id }) => id === 'us-east-1')?.unavailable).toBe('ProberThrottled');
  });
});
