import { describe, expect, it } from 'vitest';
import { type EndpointReport, REPORT_SCHEMA, type Report } from '../../../lib/engine/report-schema.ts';
import type { ChangeEvent } from '../../../lib/model/change-event.ts';
import type { Verdict } from '../../../lib/model/vocabulary.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { createPublisher } from '../../../lib/service/runs/publish.ts';
import { PublishOutput } from '../../../lib/service/runs/steps.ts';
import { historyOf, historyPage } from '../../../lib/service/state/history.ts';
import { latestKey } from '../../../lib/service/state/keys.ts';
import { type LatestState, readLatest } from '../../../lib/service/state/latest.ts';
import { beginRun, listRunReports, readRun } from '../../../lib/service/state/runs.ts';
import { listTargetRuns } from '../../../lib/service/state/target-runs.ts';
import { endpoint } from '../../engine/run/fakes.ts';
import { observation } from '../../report/sample-observation.ts';
import { memoryItems } from '../state/memory-items.ts';
import { FLEET, invocation, memoryStore, memoryTelemetry } from './ports.ts';

const at = (minute: number) => `2026-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`;
const web = endpoint({ port: 443 });

const endpointReport = (verdict: Verdict): EndpointReport => ({
  ...web,
  verdict,
  ...(verdict === 'fail' && { cause: 'tcp.refused' as const }),
  summary: verdict,
  observations: [
    observation({
      vantage: 'eu-west-1',
      state: verdict === 'fail' ? 'closed' : 'open',
      summary: verdict,
      timings: { total: 1 },
      attempt: 2,
      evidence: {},
    }),
  ],
});

interface Run {
  readonly runId: string;
  readonly minute: number;
  readonly verdict: Verdict;
  /** By port; absent: one endpoint with the verdict of the run. */
  readonly endpoints?: readonly EndpointReport[];
  readonly only?: true;
  readonly apart?: true;
}

function publisher(now?: () => number) {
  const store = memoryStore();
  const telemetry = memoryTelemetry();
  const items = memoryItems([{ pk: 'TARGET#shop', sk: 'TARGET' }]);
  /** What the bus took, what it does next, and the windows of maintenance, by minute. */
  const bus: { taken: ChangeEvent[]; fails: boolean; maintenance: string[] } = {
    taken: [],
    fails: false,
    maintenance: [],
  };
  /** What comes between the reading of the latest state and its writing. */
  const meanwhile: { latest?: () => Promise<unknown> } = {};
  const handler = createPublisher({
    store,
    items: {
      ...items,
      put: async (item, condition) => {
        if (item.sk === 'LATEST') await meanwhile.latest?.();
        return items.put(item, condition);
      },
    },
    retentionDays: 400,
    changes: {
      fleet: 'inbound-check',
      send: async (events) => {
        if (bus.fails) throw failure('StoreFailed', 'put events: ThrottlingException');
        bus.taken.push(...events);
      },
      inMaintenance: async (_, from, to) => bus.maintenance.some((moment) => from <= moment && moment <= to),
    },
    telemetry,
    ...(now && { now }),
  });
  const publish = async ({ runId, minute, verdict, endpoints, only, apart }: Run): Promise<PublishOutput> => {
    const keys = { json: `runs/${runId}/0/report.json`, html: 'h', md: 'm' };
    const report: Report = {
      schema: REPORT_SCHEMA,
      id: runId,
      startedAt: at(minute),
      finishedAt: at(minute + 1),
      verdict,
      summary: verdict,
      vantages: [],
      endpoints: [...(endpoints ?? [endpointReport(verdict)])],
    };
    await store.put(keys.json, JSON.stringify(report), '');
    const run = {
      runId,
      requestedBy: 'ada',
      startedAt: at(minute),
      planKey: 'p',
      vantages: FLEET,
      attempt: 1,
      ...(only && { only }),
    };
    const reports = [{ target: 'shop', verdict, summary: verdict, keys, ...(apart && { apart }) }];
    await beginRun(
      items,
      { runId, execution: runId, requestedBy: 'ada', startedAt: at(minute), targets: ['shop'] },
      400,
    );
    const event = { run, reports, verdict, finishedAt: at(minute + 1) };
    return PublishOutput.parse(await handler(event, invocation()));
  };
  return { publish, meanwhile, store, handler, items, bus, telemetry };
}

const stateOf = ({ items }: ReturnType<typeof publisher>) => readLatest(items, 'shop');
const runsOf = ({ items }: ReturnType<typeof publisher>) => listTargetRuns(items, 'shop', 100);
const setState = ({ items }: ReturnType<typeof publisher>, state: LatestState) =>
  items.put({ ...latestKey('shop'), ...state });

describe('the latest state of a target', () => {
  it('is that of the run, with the history with it', async () => {
    const published = publisher();
    const output = await published.publish({ runId: 'a', minute: 1, verdict: 'fail' });
    expect(output).toEqual({ published: true, targets: [{ target: 'shop', latest: 'written' }], changes: 1 });
    expect(await stateOf(published)).toEqual({
      runId: 'a',
      startedAt: at(1),
      verdict: 'fail',
      recent: ['fail'],
      endpoints: {
        [web.id]: { verdict: 'fail', cause: 'tcp.refused', since: at(1), seen: expect.any(Object) },
      },
    });
    expect(await runsOf(published)).toMatchObject([{ runId: 'a', startedAt: at(1) }]);
    expect(await readRun(published.items, 'a')).toMatchObject({ verdict: 'fail', finishedAt: at(2) });
  });

  it('keeps since when it is so, until it changes', async () => {
    const published = publisher();
    const since: (string | undefined)[] = [];
    for (const [minute, verdict] of (['pass', 'pass', 'fail', 'fail', 'pass'] as const).entries()) {
      await published.publish({ runId: `run-${minute}`, minute, verdict });
      since.push((await stateOf(published))?.endpoints[web.id]?.since);
    }
    expect(since).toEqual([at(0), at(0), at(2), at(2), at(4)]);
  });

  it('keeps the verdicts of the last thirty runs, a run that is published again once', async () => {
    const published = publisher();
    for (let minute = 0; minute < 32; minute += 1)
      await published.publish({ runId: `run-${minute}`, minute, verdict: minute === 31 ? 'fail' : 'pass' });
    await published.publish({ runId: 'run-31', minute: 31, verdict: 'fail' });
    const { recent = [] } = (await stateOf(published)) ?? {};
    expect(recent).toHaveLength(30);
    expect(recent.slice(-2)).toEqual(['pass', 'fail']);
  });

  it('begins with the verdict that is there, where none of the runs before is kept', async () => {
    const published = publisher();
    await setState(published, { runId: 'a', startedAt: at(1), verdict: 'warn', endpoints: {} });
    await published.publish({ runId: 'b', minute: 2, verdict: 'pass' });
    expect((await stateOf(published))?.recent).toEqual(['warn', 'pass']);
  });

  it('is left alone by a run of something else under its name, which reports nothing either', async () => {
    const published = publisher();
    await published.publish({ runId: 'own', minute: 1, verdict: 'pass' });
    /** All except what is about exactly this run. */
    const others = () => published.items.all().filter(({ pk }) => pk !== 'RUN#support');
    const before = others();
    const output = await published.publish({ runId: 'support', minute: 5, verdict: 'fail', apart: true });
    expect(output).toEqual({ published: true, targets: [{ target: 'shop', latest: 'apart' }], changes: 0 });
    expect(await stateOf(published)).toMatchObject({ runId: 'own', verdict: 'pass' });
    expect(others()).toEqual(before);
    expect(published.bus.taken).toEqual([]);
    expect(await readRun(published.items, 'support')).toMatchObject({ verdict: 'fail' });
    expect(await listRunReports(published.items, 'support')).toEqual([
      { target: 'shop', verdict: 'fail', summary: 'fail' },
    ]);
  });

  it('is left alone by a run that started earlier and ends later', async () => {
    const published = publisher();
    await published.publish({ runId: 'new', minute: 5, verdict: 'pass' });
    const output = await published.publish({ runId: 'old', minute: 1, verdict: 'fail' });
    expect(output.targets).toEqual([{ target: 'shop', latest: 'superseded' }]);
    expect(await stateOf(published)).toMatchObject({ runId: 'new', verdict: 'pass' });
    expect((await runsOf(published)).map(({ runId }) => runId)).toEqual(['new', 'old']);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('is the same whichever of two runs of one moment comes first: %s, %s', async (first, second) => {
    const published = publisher();
    await published.publish({ runId: first, minute: 1, verdict: 'pass' });
    await published.publish({ runId: second, minute: 1, verdict: 'pass' });
    expect((await stateOf(published))?.runId).toBe('b');
  });

  it('is not changed by the same run again', async () => {
    const published = publisher();
    await published.publish({ runId: 'a', minute: 0, verdict: 'fail' });
    const run: Run = { runId: 'b', minute: 1, verdict: 'fail' };
    await published.publish(run);
    const once = await stateOf(published);
    expect(await published.publish(run)).toMatchObject({ targets: [{ latest: 'written' }] });
    expect(await stateOf(published)).toEqual(once);
    expect(await runsOf(published)).toHaveLength(2);
  });

  it('is read again when another run gets in between', async () => {
    const published = publisher();
    const { meanwhile } = published;
    const between = { runId: 'between', startedAt: at(2), verdict: 'pass' as const, endpoints: {} };
    meanwhile.latest = () => {
      delete meanwhile.latest;
      return setState(published, between);
    };
    await published.publish({ runId: 'late', minute: 3, verdict: 'fail' });
    expect(await stateOf(published)).toMatchObject({ runId: 'late' });
    meanwhile.latest = () => setState(published, { ...between, startedAt: at(50) });
    const output = await published.publish({ runId: 'later', minute: 4, verdict: 'fail' });
    expect(output.targets).toEqual([{ target: 'shop', latest: 'superseded' }]);
  });

  it('gives way, with its history and what was reported, when it was stamped by a clock that was ahead', async () => {
    let minute = 50;
    const published = publisher(() => Date.parse(at(minute)));
    await published.publish({ runId: 'ahead', minute: 50, verdict: 'pass' });
    minute = 46;
    const slack = await published.publish({ runId: 'behind', minute: 45, verdict: 'fail' });
    expect(slack).toMatchObject({ targets: [{ latest: 'superseded' }], changes: 0 });
    minute = 2;
    const output = await published.publish({ runId: 'right', minute: 1, verdict: 'fail' });
    expect(output).toMatchObject({ targets: [{ latest: 'written' }], changes: 1 });
    const state = await stateOf(published);
    expect(state).toMatchObject({ runId: 'right', verdict: 'fail' });
    await published.publish({ runId: 'next', minute: 2, verdict: 'fail' });
    const next = await stateOf(published);
    expect(Object.values(next?.endpoints ?? {}).map(({ since }) => since)).toEqual([at(1)]);
    const [record] = (await historyPage(published.items, 'shop')).records;
    expect(record?.runs.map(({ run }) => run)).toEqual(['ahead', 'right', 'next']);
  });

  it('that can’t be read is as good as none, and is written over', async () => {
    const published = publisher();
    await published.items.put({ ...latestKey('shop'), runId: 'x', startedAt: at(9), verdict: 'fine' });
    expect(await published.publish({ runId: 'a', minute: 1, verdict: 'pass' })).toMatchObject({
      targets: [{ latest: 'written' }],
    });
    expect(await stateOf(published)).toMatchObject({ runId: 'a', verdict: 'pass' });
  });

  it('that never holds still ends with an error that is retried', async () => {
    const published = publisher();
    let changes = 0;
    published.meanwhile.latest = () => {
      changes += 1;
      return setState(published, { runId: `r${changes}`, startedAt: at(0), verdict: 'pass', endpoints: {} });
    };
    await expect(published.publish({ runId: 'a', minute: 1, verdict: 'pass' })).rejects.toMatchObject({
      name: 'StoreFailed',
    });
  });
});

describe('a run of some endpoints', () => {
  const other = endpoint({ port: 80 });
  const of = (port: typeof web, verdict: Verdict) => ({ ...endpointReport(verdict), ...port });

  it('leaves the others as they were, and the target is judged by all', async () => {
    const published = publisher();
    const whole = [of(web, 'fail'), of(other, 'fail')];
    await published.publish({ runId: 'a', minute: 1, verdict: 'fail', endpoints: whole });
    await published.publish({
      runId: 'b',
      minute: 2,
      verdict: 'pass',
      endpoints: [of(web, 'pass')],
      only: true,
    });
    expect(await stateOf(published)).toMatchObject({
      runId: 'b',
      startedAt: at(2),
      verdict: 'fail',
      endpoints: {
        [web.id]: { verdict: 'pass', since: at(2) },
        [other.id]: { verdict: 'fail', cause: 'tcp.refused', since: at(1) },
      },
    });
    const rest = [of(other, 'pass')];
    await published.publish({ runId: 'c', minute: 3, verdict: 'pass', endpoints: rest, only: true });
    expect((await stateOf(published))?.verdict).toBe('pass');
    expect(published.bus.taken.map(({ kind, endpoints }) => [kind, endpoints.map(({ id }) => id)])).toEqual([
      ['failing', [web.id, other.id]],
      ['recovered', [web.id]],
      ['recovered', [other.id]],
    ]);
  });
});

describe('the history of an endpoint', () => {
  const recordedRuns = async ({ items }: ReturnType<typeof publisher>) =>
    (await historyOf(items, 'shop', web.id))?.runs.map(({ run, state }) => `${run} ${state.verdict}`);

  it('grows with each run, and is not changed by the same again or by a late one', async () => {
    const published = publisher();
    await published.publish({ runId: 'b', minute: 2, verdict: 'fail' });
    await published.publish({ runId: 'c', minute: 3, verdict: 'pass' });
    const there = JSON.stringify(await published.items.get({ pk: 'STATE#shop', sk: `HISTORY#${web.id}` }));
    await published.publish({ runId: 'a', minute: 1, verdict: 'fail' });
    await published.publish({ runId: 'b', minute: 2, verdict: 'fail' });
    await published.publish({ runId: 'c', minute: 3, verdict: 'pass' });
    expect(await recordedRuns(published)).toEqual(['b fail', 'c pass']);
    expect(JSON.stringify(await published.items.get({ pk: 'STATE#shop', sk: `HISTORY#${web.id}` }))).toBe(
      there,
    );
  });
});

describe('what changed', () => {
  const kinds = ({ bus }: ReturnType<typeof publisher>) => bus.taken.map(({ kind }) => kind);

  it('is reported once, and counted', async () => {
    const published = publisher();
    for (const [minute, verdict] of (['pass', 'fail', 'fail', 'pass', 'pass'] as const).entries())
      await published.publish({ runId: `run-${minute}`, minute, verdict });
    expect(published.bus.taken).toMatchObject([
      { kind: 'failing', fleet: 'inbound-check', target: 'shop', runId: 'run-1', at: at(1) },
      { kind: 'recovered', runId: 'run-3', at: at(3) },
    ]);
    expect(published.telemetry.metrics.filter(({ name }) => name === 'Changes')).toHaveLength(2);
  });

  it('of a run that is published again is not reported again', async () => {
    const published = publisher();
    await published.publish({ runId: 'a', minute: 1, verdict: 'fail' });
    expect(await published.publish({ runId: 'a', minute: 1, verdict: 'fail' })).toMatchObject({ changes: 0 });
    expect(kinds(published)).toEqual(['failing']);
  });

  it('is not reported by a run that is older than what was reported', async () => {
    const published = publisher();
    await published.publish({ runId: 'new', minute: 5, verdict: 'pass' });
    await published.publish({ runId: 'old', minute: 1, verdict: 'fail' });
    expect(kinds(published)).toEqual([]);
  });

  it('is reported without the recipient of a mail check, which chats and journals have no need of', async () => {
    const published = publisher();
    const refused =
      'mx.example.com refuses the recipient ada.lovelace@example.com with "550 no Lovelace here".';
    const mail: EndpointReport = {
      ...endpoint({ port: 25 }),
      verdict: 'fail',
      cause: 'smtp.recipient-refused',
      summary: refused,
      observations: [
        observation({
          vantage: 'eu-west-1',
          state: 'open',
          cause: 'smtp.recipient-refused',
          summary: refused,
          timings: { total: 1 },
          attempt: 2,
          evidence: {
            exchange: [
              { at: at(1), dir: 'sent', text: 'RCPT TO:<ada.lovelace@example.com>' },
              { at: at(1), dir: 'received', text: '550 no Lovelace here' },
            ],
          },
        }),
      ],
    };
    await published.publish({ runId: 'a', minute: 1, verdict: 'fail', endpoints: [mail] });
    expect(published.bus.taken).toMatchObject([
      { kind: 'failing', cause: 'smtp.recipient-refused', endpoints: [{ id: mail.id }] },
    ]);
    expect(published.bus.taken[0]?.text).toContain('refuses the recipient ［redacted］');
    expect(JSON.stringify(published.bus.taken)).not.toMatch(/lovelace/i);
  });

  it('of a target that nobody registered is sent to nobody', async () => {
    const published = publisher();
    await published.items.remove({ pk: 'TARGET#shop', sk: 'TARGET' });
    await published.publish({ runId: 'a', minute: 1, verdict: 'fail' });
    expect(kinds(published)).toEqual([]);
    expect(await stateOf(published)).toMatchObject({ verdict: 'fail' });
  });

  it('during maintenance is reported by the first run after it, if it still differs', async () => {
    const published = publisher();
    published.bus.maintenance = [at(2), at(3)];
    for (const [minute, verdict] of [
      [1, 'pass'],
      [2, 'fail'],
      [3, 'fail'],
      [5, 'fail'],
      [6, 'pass'],
    ] as const)
      await published.publish({ runId: `run-${minute}`, minute, verdict });
    expect(published.bus.taken.map(({ kind, runId }) => `${kind} ${runId}`)).toEqual([
      'failing run-5',
      'recovered run-6',
    ]);
    const calm = publisher();
    calm.bus.maintenance = [at(2)];
    for (const [minute, verdict] of [
      [1, 'pass'],
      [2, 'fail'],
      [5, 'pass'],
    ] as const)
      await calm.publish({ runId: `run-${minute}`, minute, verdict });
    expect(kinds(calm)).toEqual([]);
  });

  describe('while the bus is down', () => {
    const run: Run = { runId: 'a', minute: 1, verdict: 'fail' };

    it('is an error by its own name, after everything is published, and reported by the same ids when it is tried again', async () => {
      const published = publisher();
      published.bus.fails = true;
      await expect(published.publish(run)).rejects.toMatchObject({
        name: 'AnnouncementFailed',
        message: expect.stringContaining('ThrottlingException'),
      });
      expect(await stateOf(published)).toMatchObject({ runId: 'a', verdict: 'fail' });
      expect(await readRun(published.items, 'a')).toMatchObject({ finishedAt: at(2) });
      await expect(published.publish(run)).rejects.toMatchObject({ name: 'AnnouncementFailed' });
      published.bus.fails = false;
      await published.publish(run);
      await published.publish(run);
      expect(kinds(published)).toEqual(['failing']);

      const steady = publisher();
      await steady.publish(run);
      expect(published.bus.taken).toEqual(steady.bus.taken);
    });

    it('is reported by the next run, and the run that failed to has nothing left to report', async () => {
      const published = publisher();
      published.bus.fails = true;
      await expect(published.publish(run)).rejects.toMatchObject({ name: 'AnnouncementFailed' });
      published.bus.fails = false;
      await published.publish({ runId: 'b', minute: 2, verdict: 'pass' });
      expect(published.bus.taken.map(({ kind, runId }) => `${kind} ${runId}`)).toEqual([
        'failing a',
        'recovered b',
      ]);
      expect(await published.publish(run)).toMatchObject({ changes: 0 });
    });
  });
});

it('reads each report once, and none that is not of a target', async () => {
  const published = publisher();
  const read: string[] = [];
  const { get } = published.store;
  published.store.get = (key) => {
    read.push(key);
    return get(key);
  };
  await published.publish({ runId: 'a', minute: 1, verdict: 'pass' });
  await published.publish({ runId: 'b', minute: 2, verdict: 'fail' });
  await published.publish({ runId: 'support', minute: 3, verdict: 'fail', apart: true });
  expect(published.bus.taken).toHaveLength(1);
  expect(read).toEqual(['runs/a/0/report.json', 'runs/b/0/report.json']);
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
