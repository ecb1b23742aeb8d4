/** With a clock that the test sets: the watchdog as it is, over the table in memory. */
import { describe, expect, test } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import type { ExecutionState } from '../../../lib/service/ports/executions.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { createWatchdog } from '../../../lib/service/schedule/watchdog.ts';
import { runKey } from '../../../lib/service/state/keys.ts';
import { addScheduledRun, loadTrace, type ScheduledRun } from '../../../lib/service/state/schedule-trace.ts';
import type { Schedule } from '../../../lib/service/state/schedules.ts';
import { createScheduleStore } from '../../../lib/service/state/schedules.ts';
import { invocation, memorySwitch, memoryTelemetry } from '../runs/ports.ts';
import { memoryItems } from '../state/memory-items.ts';
import { schedule } from './schedules.ts';

/** Of a schedule every hour: 6 min of window, 15 to hand it over, 5 for the starter. */
const PATIENCE = 26;

interface Fleet {
  at: string;
  stopped: boolean;
  executions: Map<string, ExecutionState>;
  fail: string | undefined;
}

async function watched(schedules: readonly Schedule[] = [schedule()]) {
  const items = memoryItems();
  const fleet: Fleet = { at: '', stopped: false, executions: new Map(), fail: undefined };
  const events: ChangeEvent[] = [];
  const telemetry = memoryTelemetry();
  for (const one of schedules) await createScheduleStore(items).put(one, undefined);
  const handler = createWatchdog({
    items: {
      ...items,
      get: (key) =>
        fleet.fail !== undefined && key.pk.includes(fleet.fail)
          ? Promise.reject(failure('StoreFailed', 'throttled'))
          : items.get(key),
    },
    executions: { find: async (runId) => fleet.executions.get(runId) },
    stop: {
      read: () =>
        memorySwitch(
          fleet.stopped ? { by: 'o', at: '2026-07-01T00:00:00.000Z', reason: 'r' } : undefined,
        ).read(),
    },
    send: async (sent) => {
      events.push(...sent.map((event) => ChangeEvent.parse(event)));
    },
    telemetry,
    fleet: 'inbound-check',
    heartbeatMinutes: 1_440,
    now: () => Date.parse(`2026-07-01T${fleet.at}:00.000Z`),
    wake: async () => ({ awake: 0, asked: 0 }),
  });
  const look = (at: string) => {
    fleet.at = at;
    return handler({}, invocation());
  };
  const metric = (name: string): number | undefined =>
    telemetry.metrics.filter((one) => one.name === name).at(-1)?.value;
  return {
    items,
    fleet,
    events,
    look,
    metric,
    trouble: async () => (await loadTrace(items, 'shop')).watched.trouble,
  };
}

const run = (
  hour: string,
  more: Partial<Extract<ScheduledRun, { status: 'started' }>> = {},
): ScheduledRun => ({
  status: 'started',
  scheduledAt: `2026-07-01T${hour}:00:00.000Z`,
  at: `2026-07-01T${hour}:01:10.000Z`,
  runId: `run-${hour}`,
  ...more,
});
const refused = (hour: string, why: 'stopped' | 'not-authorised'): ScheduledRun => ({
  status: 'refused',
  scheduledAt: `2026-07-01T${hour}:00:00.000Z`,
  at: `2026-07-01T${hour}:01:10.000Z`,
  why,
  detail: 'no proof',
});
const finished = (runId: string) => ({
  ...runKey(runId),
  runId,
  execution: 'arn:run',
  requestedBy: 'schedule:shop',
  startedAt: '2026-07-01T10:00:00.000Z',
  targets: ['shop'],
  finishedAt: '2026-07-01T10:03:00.000Z',
  verdict: 'fail',
});
const ended = (status: ExecutionState['status'], more: Partial<ExecutionState> = {}): ExecutionState => ({
  status,
  input: {},
  startedAt: '2026-07-01T10:00:00.000Z',
  ...more,
});

describe('a run that does not come', () => {
  test('is waited for, found, reported once, and counted while it lasts', async () => {
    const { look, events, metric, trouble, items } = await watched();
    await addScheduledRun(items, 'shop', run('09'));
    await items.put(finished('run-09'));
    await look(`10:${PATIENCE - 1}`);
    expect([events, metric('ScheduledRunsMissed')]).toEqual([[], 0]);
    await look(`10:${PATIENCE}`);
    expect(events).toMatchObject([
      {
        kind: 'schedule-missed',
        severity: 'warning',
        side: 'prober',
        target: 'shop',
        fleet: 'inbound-check',
        title: 'shop: no run came that was due at 2026-07-01 10:00 UTC',
      },
    ]);
    expect(metric('ScheduledRunsMissed')).toBe(1);
    for (const at of ['10:31', '11:26', '12:26']) await look(at);
    expect(events).toHaveLength(1);
    expect(metric('ScheduledRunsMissed')).toBe(1);
    expect(await trouble()).toMatchObject({ kind: 'missed', since: '2026-07-01T10:00:00.000Z', count: 3 });
  });

  test('is over with the next that ends, and the next time is reported again', async () => {
    const { look, events, metric, trouble, items } = await watched();
    await look('10:26');
    await addScheduledRun(items, 'shop', run('11'));
    await items.put(finished('run-11'));
    await look('11:31');
    expect([await trouble(), metric('ScheduledRunsMissed')]).toEqual([undefined, 0]);
    await look('12:26');
    expect(events.map(({ kind }) => kind)).toEqual(['schedule-missed', 'schedule-missed']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  test('has the same id when it is reported once more, because nothing could be remembered', async () => {
    const [first, second] = [await watched(), await watched()];
    await first.look('10:26');
    await second.look('10:31');
    expect(first.events[0]?.id).toBe(second.events[0]?.id);
  });

  test.each<[string, Partial<Schedule>]>([
    ['paused', { state: 'paused' }],
    ['resumed only later', { activeSince: '2026-07-01T10:00:01.000Z' }],
    ['not begun', { spec: { kind: 'every', minutes: 60, startDate: '2026-07-01T11:00:00.000Z' } }],
  ])('is none of a schedule that is %s', async (_, given) => {
    const { look, events } = await watched([schedule(given)]);
    await look('10:59');
    expect(events).toEqual([]);
  });

  test('is none while the fleet is stopped, nor is what came then', async () => {
    const { look, events, fleet, items, metric } = await watched();
    await addScheduledRun(items, 'shop', refused('09', 'stopped'));
    fleet.stopped = true;
    await look('10:30');
    expect([events, metric('SchedulesBeating')]).toEqual([[], 0]);
    fleet.stopped = false;
    await addScheduledRun(items, 'shop', refused('10', 'stopped'));
    await look('10:35');
    expect(events).toEqual([]);
  });

  test('goes by the clock of its zone when that is put forward', async () => {
    // 02:30 does not exist in Berlin on that day, so nothing was due.
    const spec = { kind: 'cron', cron: '30 2 * * *', timezone: 'Europe/Berlin' } as const;
    const { items, events } = await watched([schedule({ spec, activeSince: '2026-03-28T12:00:00.000Z' })]);
    const handler = createWatchdog({
      items,
      executions: { find: async () => undefined },
      stop: memorySwitch(),
      send: async (sent) => void events.push(...sent),
      telemetry: memoryTelemetry(),
      fleet: 'inbound-check',
      heartbeatMinutes: 1_440,
      now: () => Date.parse('2026-03-29T12:00:00.000Z'),
      wake: async () => ({ awake: 0, asked: 0 }),
    });
    await handler({}, invocation());
    expect(events).toEqual([]);
  });
});

describe('a run that ends without a result', () => {
  test.each<[string, ExecutionState | undefined, string]>([
    [
      'failed',
      ended('FAILED', { error: 'RequestRefused', cause: 'no such profile' }),
      'FAILED: RequestRefused: no such profile',
    ],
    ['was never published', ended('SUCCEEDED'), 'could not be published'],
    ['has no execution', undefined, 'there is no execution'],
  ])('%s', async (_, execution, reason) => {
    const { look, events, fleet, items, metric, trouble } = await watched();
    await addScheduledRun(items, 'shop', run('10'));
    if (execution) fleet.executions.set('run-10', execution);
    await look('10:05');
    expect(events).toMatchObject([{ kind: 'run-failed', runId: 'run-10', severity: 'warning' }]);
    expect(events[0]?.text).toContain(reason);
    expect(metric('ScheduledRunsFailed')).toBe(1);
    await look('10:10');
    expect(events).toHaveLength(1);
    expect(await trouble()).toMatchObject({ kind: 'failed', count: 1 });
  });

  test('is waited for while it runs, and judged in its turn', async () => {
    const { look, events, fleet, items } = await watched();
    await addScheduledRun(items, 'shop', run('10'));
    fleet.executions.set('run-10', ended('RUNNING'));
    await look('10:05');
    expect(events).toEqual([]);
    fleet.executions.set('run-10', ended('TIMED_OUT'));
    await look('10:10');
    expect(events).toMatchObject([{ kind: 'run-failed' }]);
  });

  test('is nobody’s fault when the fleet was stopped under way', async () => {
    const { look, events, fleet, items } = await watched();
    await addScheduledRun(items, 'shop', run('10'));
    fleet.executions.set('run-10', ended('FAILED', { error: 'FleetStopped' }));
    await look('10:05');
    expect(events).toEqual([]);
  });

  test('is one whose target may not be probed, in whole or in part', async () => {
    const { look, events, items, trouble } = await watched();
    await addScheduledRun(items, 'shop', refused('09', 'not-authorised'));
    await addScheduledRun(items, 'shop', run('10', { without: 'nobody has proven b' }));
    await items.put(finished('run-10'));
    await look('10:05');
    expect(events).toMatchObject([{ kind: 'run-failed', title: expect.stringContaining('09:00 UTC') }]);
    expect(await trouble()).toMatchObject({ kind: 'refused', count: 2, detail: 'nobody has proven b' });
  });
});

describe('the watchdog', () => {
  test('looks at the others when one can’t be looked at, and says that it failed', async () => {
    const { look, events, fleet } = await watched([schedule(), schedule({ target: 'mill' })]);
    fleet.fail = 'shop';
    await expect(look('10:26')).rejects.toThrow('throttled');
    expect(events.map(({ target }) => target)).toEqual(['mill']);
    fleet.fail = undefined;
    expect(await look('10:31')).toEqual({ schedules: 2, missed: 2, failed: 0 });
    expect(events.map(({ target }) => target)).toEqual(['mill', 'shop']);
  });

  test.each([
    ['a run was due long enough ago to have ended', '02:00', schedule(), 1],
    ['none was due yet', '00:40', schedule(), 0],
    ['it is paused', '10:00', schedule({ state: 'paused' }), 0],
    [
      'the last was due before the time that the heartbeat looks back to',
      '10:00',
      schedule({
        activeSince: '2026-06-01T00:00:00.000Z',
        spec: { kind: 'every', minutes: 10_080, startDate: '2026-06-29T00:00:00.000Z' },
      }),
      0,
    ],
  ])('%s', async (_, at, one, beating) => {
    const { look, metric } = await watched([one]);
    await look(at);
    expect(metric('SchedulesBeating')).toBe(beating);
  });

  test('looks at more schedules than a page holds', async () => {
    const many = Array.from({ length: 250 }, (_, n) => schedule({ target: `t${n}` }));
    const { look } = await watched(many);
    expect(await look('00:10')).toEqual({ schedules: 250, missed: 0, failed: 0 });
  });
});
