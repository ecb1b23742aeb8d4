import { describe, expect, it } from 'vitest';
import { createPublisher } from '../../lib/fleet/publish.ts';
import { PublishOutput } from '../../lib/fleet/steps.ts';
import { type EndpointReport, REPORT_SCHEMA, type Report } from '../../lib/model/report.ts';
import type { Verdict } from '../../lib/model/vocabulary.ts';
import { endpoint } from '../run/fakes.ts';
import { FLEET, invocation, memoryRegistry, memoryStore, memoryTelemetry } from './ports.ts';

const at = (minute: number) => `2026-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`;
const web = endpoint({ port: 443 });

const endpointReport = (verdict: Verdict): EndpointReport => ({
  ...web,
  verdict,
  ...(verdict === 'fail' && { cause: 'tcp.refused' as const }),
  summary: verdict,
  observations: [],
});

interface Run {
  readonly runId: string;
  readonly minute: number;
  readonly verdict: Verdict;
}

function publisher() {
  const store = memoryStore();
  const registry = memoryRegistry();
  const telemetry = memoryTelemetry();
  const handler = createPublisher({ registry, store, telemetry });
  const publish = async ({ runId, minute, verdict }: Run): Promise<PublishOutput> => {
    const keys = { json: `runs/${runId}/0/report.json`, html: 'h', md: 'm' };
    const report: Report = {
      schema: REPORT_SCHEMA,
      id: runId,
      startedAt: at(minute),
      finishedAt: at(minute + 1),
      verdict,
      summary: verdict,
      vantages: [],
      endpoints: [endpointReport(verdict)],
    };
    await store.put(keys.json, JSON.stringify(report), '');
    const run = {
      runId,
      requestedBy: 'ada',
      startedAt: at(minute),
      planKey: 'p',
      vantages: FLEET,
      attempt: 1,
    };
    const reports = [{ target: 'shop', verdict, summary: verdict, keys }];
    await registry.beginRun({
      runId,
      execution: runId,
      requestedBy: 'ada',
      startedAt: at(minute),
      targets: [],
    });
    const event = { run, reports, verdict, finishedAt: at(minute + 1) };
    return PublishOutput.parse(await handler(event, invocation()));
  };
  return { publish, registry, store, handler };
}

const stateOf = ({ registry }: ReturnType<typeof publisher>) => registry.states.get('shop');

describe('the latest state of a target', () => {
  it('is that of the run, with the history beside it', async () => {
    const published = publisher();
    const output = await published.publish({ runId: 'a', minute: 1, verdict: 'fail' });
    expect(output).toEqual({ published: true, targets: [{ target: 'shop', latest: 'written' }] });
    expect(stateOf(published)).toEqual({
      runId: 'a',
      startedAt: at(1),
      verdict: 'fail',
      endpoints: { [web.id]: { verdict: 'fail', cause: 'tcp.refused', since: at(1) } },
    });
    expect(published.registry.history).toMatchObject([{ target: 'shop', runId: 'a', startedAt: at(1) }]);
    expect(published.registry.runs.get('a')).toMatchObject({ verdict: 'fail', finishedAt: at(2) });
  });

  it('keeps since when it is so, until it changes', async () => {
    const published = publisher();
    const since: (string | undefined)[] = [];
    for (const [minute, verdict] of (['pass', 'pass', 'fail', 'fail', 'pass'] as const).entries()) {
      await published.publish({ runId: `run-${minute}`, minute, verdict });
      since.push(stateOf(published)?.endpoints[web.id]?.since);
    }
    expect(since).toEqual([at(0), at(0), at(2), at(2), at(4)]);
  });

  it('is left alone by a run that started earlier and ends later', async () => {
    const published = publisher();
    await published.publish({ runId: 'new', minute: 5, verdict: 'pass' });
    const output = await published.publish({ runId: 'old', minute: 1, verdict: 'fail' });
    expect(output.targets).toEqual([{ target: 'shop', latest: 'superseded' }]);
    expect(stateOf(published)).toMatchObject({ runId: 'new', verdict: 'pass' });
    expect(published.registry.history.map(({ runId }) => runId)).toEqual(['new', 'old']);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('is the same whichever of two runs of one moment comes first: %s, %s', async (first, second) => {
    const published = publisher();
    await published.publish({ runId: first, minute: 1, verdict: 'pass' });
    await published.publish({ runId: second, minute: 1, verdict: 'pass' });
    expect(stateOf(published)?.runId).toBe('b');
  });

  it('is not changed by the same run again', async () => {
    const published = publisher();
    await published.publish({ runId: 'a', minute: 0, verdict: 'fail' });
    const run: Run = { runId: 'b', minute: 1, verdict: 'fail' };
    await published.publish(run);
    const once = stateOf(published);
    expect(await published.publish(run)).toMatchObject({ targets: [{ latest: 'written' }] });
    expect(stateOf(published)).toEqual(once);
    expect(published.registry.history).toHaveLength(2);
  });

  it('is read again when another run gets in between', async () => {
    const published = publisher();
    const { registry } = published;
    const between = { runId: 'between', startedAt: at(2), verdict: 'pass' as const, endpoints: {} };
    registry.beforeReplace = () => {
      delete registry.beforeReplace;
      registry.states.set('shop', between);
    };
    await published.publish({ runId: 'late', minute: 3, verdict: 'fail' });
    expect(stateOf(published)).toMatchObject({ runId: 'late' });
    registry.beforeReplace = () => void registry.states.set('shop', { ...between, startedAt: at(50) });
    const output = await published.publish({ runId: 'later', minute: 4, verdict: 'fail' });
    expect(output.targets).toEqual([{ target: 'shop', latest: 'superseded' }]);
  });

  it('that never holds still ends with an error that is retried', async () => {
    const published = publisher();
    let changes = 0;
    published.registry.beforeReplace = () => {
      changes += 1;
      const state = { runId: `r${changes}`, startedAt: at(0), verdict: 'pass' as const, endpoints: {} };
      published.registry.states.set('shop', state);
    };
    await expect(published.publish({ runId: 'a', minute: 1, verdict: 'pass' })).rejects.toMatchObject({
      name: 'StoreFailed',
    });
  });
});

it('ends with StoreFailed when the report can’t be read', async () => {
  const { handler } = publisher();
  const run = { runId: 'a', requestedBy: 'ada', startedAt: at(1), planKey: 'p', vantages: FLEET, attempt: 1 };
  const reports = [
    { target: 'shop', verdict: 'pass', summary: '', keys: { json: 'gone', html: '', md: '' } },
  ];
  await expect(
    handler({ run, reports, verdict: 'pass', finishedAt: at(2) }, invocation()),
  ).rejects.toMatchObject({ name: 'StoreFailed' });
});
