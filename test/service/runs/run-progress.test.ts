import { describe, expect, it } from 'vitest';
import type { ExecutionState, StatePassage } from '../../../lib/service/ports/executions.ts';
import { errorOf, progressOf, STOPPED, statusOf } from '../../../lib/service/runs/run-progress.ts';

const entered = (name: string, data: unknown = {}): StatePassage => ({ kind: 'entered', name, data });
const exited = (name: string, data: unknown = {}): StatePassage => ({ kind: 'exited', name, data });
const asked = (id: string, attempt = 1) => entered('Dispatch', { vantage: { id }, attempt });
const answered = (vantage: string, attempt = 1) =>
  exited('Dispatch', { vantage, attempt, result: { stored: { key: 'k', sha256: 's' } } });
const lost = (vantage: string, attempt = 1) =>
  exited('VantageUnavailable', { vantage, attempt, error: 'ProberTimedOut', cause: '{}' });
const execution = (more: Partial<ExecutionState>): ExecutionState => ({
  status: 'RUNNING',
  input: {},
  startedAt: '2026-03-01T09:30:00.000Z',
  ...more,
});

describe('following a run', () => {
  const probing = [
    entered('AuthoriseAndPlan'),
    entered('ProbeFromVantages'),
    asked('a'),
    asked('b'),
    asked('c'),
    answered('b'),
    lost('c'),
  ];

  it('reports which vantage is probing, has answered, is lost', () => {
    expect(progressOf(probing)).toMatchObject({
      step: 'probe',
      attempt: 1,
      vantages: [
        { id: 'a', status: 'probing' },
        { id: 'b', status: 'answered' },
        { id: 'c', status: 'lost', error: 'ProberTimedOut' },
      ],
      outcomes: [{ vantage: 'b' }, { vantage: 'c' }],
    });
  });

  it('reports a vantage that is starting, until it answers', () => {
    const dispatch = { vantage: { id: 'a' }, attempt: 1 };
    const refused = { kind: 'failed', name: 'Dispatch', data: dispatch } as const;
    const starting = [...probing, { ...refused, error: 'ProberStarting' }];
    expect(progressOf(starting).vantages).toMatchObject([{ id: 'a', status: 'starting' }, {}, {}]);
    expect(progressOf([...starting, answered('a')]).vantages).toMatchObject([{ status: 'answered' }, {}, {}]);
    expect(progressOf([...probing, { ...refused, error: 'ProberThrottled' }]).vantages).toMatchObject([
      { status: 'probing' },
      {},
      {},
    ]);
  });

  it('reports a site vantage that was handed over to another state, and how that one ended', () => {
    const handed = [entered('ProbeFromVantages'), asked('a'), asked('b'), entered('AskSite')];
    expect(progressOf(handed).vantages).toMatchObject([{ status: 'probing' }, { status: 'probing' }]);
    const ended = [
      exited('AskSite', { vantage: 'a', attempt: 1, result: { stored: { key: 'k', sha256: 's' } } }),
      exited('VantageSilent', { vantage: 'b', attempt: 1, error: 'VantageSilent', cause: '{}' }),
    ];
    expect(progressOf([...handed, ...ended])).toMatchObject({
      vantages: [{ status: 'answered' }, { status: 'lost', error: 'VantageSilent' }],
      outcomes: [{ vantage: 'a' }, { vantage: 'b' }],
    });
  });

  it('reports a confirmation, and keeps what the others were', () => {
    const again = [
      ...probing,
      answered('a'),
      entered('DiagnoseAndJudge'),
      entered('WaitBeforeConfirming'),
      entered('ProbeFromVantages'),
      asked('b', 2),
    ];
    expect(progressOf(again)).toMatchObject({
      step: 'probe',
      attempt: 2,
      vantages: [
        { id: 'a', attempt: 1, status: 'answered' },
        { id: 'b', attempt: 2, status: 'probing' },
        { id: 'c' },
      ],
    });
  });

  it('passes over what it can’t read', () => {
    const odd = [entered('Dispatch', null), exited('Dispatch', 'x'), exited('MakeReport', { reports: 1 })];
    expect(progressOf(odd)).toMatchObject({ vantages: [], outcomes: [], reports: [] });
    expect(progressOf([])).toEqual({ vantages: [], outcomes: [], reports: [] });
  });

  it.each<[Partial<ExecutionState>, string, object | undefined]>([
    [{ status: 'RUNNING' }, 'running', undefined],
    [{ status: 'SUCCEEDED' }, 'finished', undefined],
    [
      { status: 'ABORTED', error: STOPPED, cause: 'stopped by me' },
      'stopped',
      { name: STOPPED, message: 'stopped by me' },
    ],
    [{ status: 'TIMED_OUT' }, 'failed', { name: 'States.Timeout', message: 'the run took too long' }],
    [
      {
        status: 'FAILED',
        error: 'RequestRefused',
        cause: '{"errorMessage":"targets: no","trace":["secret"]}',
      },
      'failed',
      { name: 'RequestRefused', message: 'targets: no' },
    ],
    [
      { status: 'FAILED', error: 'X', cause: 'plain\u001b[2J' },
      'failed',
      { name: 'X', message: 'plain\\x1b[2J' },
    ],
  ])('%j is %s', (state, status, error) => {
    expect(statusOf(execution(state))).toBe(status);
    expect(errorOf(execution(state))).toEqual(error);
  });
});
