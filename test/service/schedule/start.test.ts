import { describe, expect, test } from 'vitest';
import { FleetRequest } from '../../../lib/service/runs/messages.ts';
import { createStarter, type ProbePermission } from '../../../lib/service/schedule/start.ts';
import { addWindow } from '../../../lib/service/state/maintenance.ts';
import { loadTrace } from '../../../lib/service/state/schedule-trace.ts';
import { createScheduleStore } from '../../../lib/service/state/schedules.ts';
import { invocation, memorySwitch, memoryTelemetry } from '../runs/ports.ts';
import { memoryItems } from '../state/memory-items.ts';
import { schedule } from './schedules.ts';

const NOW = Date.parse('2026-07-01T08:00:20.000Z');
const DUE = '2026-07-01T08:00:00Z';
const STOPPED = { by: 'ops', at: '2026-07-01T07:00:00.000Z', reason: 'a complaint' };

async function starter(
  given: { standing?: ProbePermission; stopped?: boolean; state?: 'active' | 'paused' } = {},
) {
  const items = memoryItems();
  await createScheduleStore(items).put(schedule({ state: given.state ?? 'active' }), undefined);
  const requests: [string, FleetRequest][] = [];
  const started = new Set<string>();
  const call = createStarter({
    items,
    stop: memorySwitch(given.stopped === true ? STOPPED : undefined),
    standing: async () => given.standing ?? { status: 'authorised' },
    executions: {
      async start(runId, request) {
        requests.push([runId, FleetRequest.parse(request)]);
        if (started.has(runId)) return 'taken';
        started.add(runId);
        return 'started';
      },
    },
    telemetry: memoryTelemetry(),
    now: () => NOW,
  });
  const fire = (more: Readonly<Record<string, unknown>> = {}) =>
    call({ schedule: 'shop', scheduledAt: DUE, executionId: 'e1', ...more }, invocation());
  return { items, requests, started, fire, runs: async () => (await loadTrace(items, 'shop')).runs };
}

describe('a run that is due', () => {
  test('is started by the name of its target and leaves a trace', async () => {
    const { fire, requests, runs } = await starter();
    const answer = await fire();
    expect(answer).toEqual({
      status: 'started',
      runId: expect.stringMatching(/^scheduled-20260701T080000Z-[0-9a-f]{16}$/),
    });
    const runId = answer.status === 'started' ? answer.runId : '';
    expect(requests).toEqual([[runId, { runId, requestedBy: 'schedule:shop', targets: [{ name: 'shop' }] }]]);
    expect(await runs()).toEqual([
      {
        status: 'started',
        runId,
        scheduledAt: '2026-07-01T08:00:00.000Z',
        at: '2026-07-01T08:00:20.000Z',
      },
    ]);
  });

  test('is one run for one due time, whatever the attempt, and another for the next', async () => {
    const { fire, started, runs } = await starter();
    await fire();
    await fire({ executionId: 'e2' });
    expect(started.size).toBe(1);
    expect(await runs()).toHaveLength(1);
    await fire({ scheduledAt: '2026-07-01T08:15:00Z' });
    expect(started.size).toBe(2);
    expect((await runs()).map(({ scheduledAt }) => scheduledAt.slice(11, 16))).toEqual(['08:15', '08:00']);
  });

  test('is marked within a maintenance window', async () => {
    const { fire, items, requests } = await starter();
    const window = {
      id: 'w',
      from: '2026-07-01T07:00:00.000Z',
      to: '2026-07-01T09:00:00.000Z',
      reason: 'new firewall',
      by: 'ops',
    };
    await addWindow(items, 'shop', window, NOW);
    await fire();
    expect(requests[0]?.[1].maintenance).toEqual({ reason: 'new firewall', until: window.to });
  });

  test('says what it leaves out', async () => {
    const { fire, runs } = await starter({
      standing: { status: 'authorised', without: 'nobody has proven b' },
    });
    expect((await fire()).status).toBe('started');
    expect(await runs()).toMatchObject([{ status: 'started', without: 'nobody has proven b' }]);
  });
});

describe('nothing is started', () => {
  test.each([
    ['stopped', { stopped: true }, 'everything was stopped at'],
    ['not-authorised', { standing: { status: 'not-authorised', detail: 'no proof' } as const }, 'no proof'],
    ['not-registered', { standing: { status: 'not-registered', detail: 'gone' } as const }, 'gone'],
  ])('%s, and the trace says so', async (why, given, detail) => {
    const { fire, requests, runs } = await starter(given);
    expect(await fire()).toEqual({ status: 'refused', why });
    expect(requests).toEqual([]);
    expect(await runs()).toMatchObject([{ status: 'refused', why, detail: expect.stringContaining(detail) }]);
  });

  test('for a paused schedule, and for one that is not listed', async () => {
    const paused = await starter({ state: 'paused' });
    expect(await paused.fire()).toEqual({ status: 'refused', why: 'paused' });
    expect(await paused.fire({ schedule: 'ghost' })).toEqual({ status: 'refused', why: 'unlisted' });
    expect([paused.requests, await paused.runs()]).toEqual([[], []]);
  });

  test('for what is no call of a schedule', async () => {
    const { fire, requests } = await starter();
    await expect(fire({ scheduledAt: '<aws.scheduler.scheduled-time>' })).rejects.toThrow('scheduledAt');
    expect(requests).toEqual([]);
  });
});
