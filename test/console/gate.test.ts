import { describe, expect, it } from 'vitest';
import type { ConsoleApi } from '../../lib/console/api/api.ts';
import type { ApiReply } from '../../lib/console/api/reply.ts';
import { followGate, type GateBoard } from '../../lib/console/gate/board/follow-gate.ts';
import { nextStep } from '../../lib/engine/gate/next-step.ts';

type Verdict = 'pass' | 'fail';
const END = { status: 'unreachable' } as const;

/** One vantage has answered. */
const statusOf = (run: Readonly<Record<string, Verdict>>) => ({
  status: 'finished',
  planned: Object.keys(run).map((endpoint) => ({ endpoint, target: 'shop', expect: 'open' })),
  vantages: [
    {
      id: 'one',
      attempt: 1,
      status: 'answered',
      seen: Object.entries(run).map(([endpoint, verdict]) =>
        verdict === 'pass'
          ? { endpoint, state: 'open' }
          : { endpoint, state: 'filtered', cause: 'tcp.filtered' },
      ),
    },
  ],
});

/** A target whose endpoints open one after the other, on a clock of the test's own. */
function station(runs: readonly Readonly<Record<string, Verdict>>[], first: ApiReply<never>[] = []) {
  const ordered: unknown[] = [];
  const boards: GateBoard[] = [];
  let at = Date.parse('2026-11-30T12:00:00Z');
  let isOver = false;
  const refusals = [...first];
  const api = (async (id: string, asked: { body?: unknown }) => {
    switch (id) {
      case 'startRun': {
        const refusal = refusals.shift();
        if (refusal !== undefined) return refusal;
        ordered.push(asked.body);
        at += 1_000;
        return { status: 'answered', value: { runId: `run-${ordered.length}` } };
      }
      case 'getRun':
        return { status: 'answered', value: statusOf(runs[ordered.length - 1] ?? {}) };
      default: {
        const endpoints = Object.entries(runs[ordered.length - 1] ?? {}).map(([id, verdict]) => ({
          id,
          verdict,
          kind: 'tcp',
          port: 443,
          ...(verdict === 'fail' && { cause: 'tcp.filtered' }),
        }));
        return { status: 'answered', value: { endpoints } };
      }
    }
  }) as unknown as ConsoleApi;
  const done = followGate('shop', {
    api,
    now: () => at,
    pause: async (ms) => {
      at += ms;
      if (ordered.length > runs.length) isOver = true;
    },
    isOver: () => isOver,
    show: (board) => boards.push(board),
    nextStep,
  });
  return { done, boards, ordered };
}

describe('the board of a go-live', () => {
  it('measures what fails again, then everything once more, and ends green with the run to hand over', async () => {
    const { done, boards, ordered } = station([
      { 'tcp://a:443': 'fail', 'tcp://a:80': 'pass' },
      { 'tcp://a:443': 'fail' },
      { 'tcp://a:443': 'pass' },
      { 'tcp://a:443': 'pass', 'tcp://a:80': 'pass' },
    ]);
    await done;
    expect(ordered).toEqual([
      { targets: ['shop'] },
      { targets: ['shop'], only: ['tcp://a:443'] },
      { targets: ['shop'], only: ['tcp://a:443'] },
      { targets: ['shop'] },
    ]);
    const last = boards.at(-1);
    expect([last?.phase, last?.whole]).toEqual(['done', 'run-4']);
    // What was seen last of each endpoint, where it stood from the beginning.
    const live = boards.map(({ live }) =>
      live?.rows.map(({ endpoint, cells: [cell] }) => [endpoint, cell?.is === 'seen' && cell.seen.state]),
    );
    const rows = (state: string) => [
      ['tcp://a:443', state],
      ['tcp://a:80', 'open'],
    ];
    expect([live[0], live.find(Boolean), live.at(-1)]).toEqual([undefined, rows('filtered'), rows('open')]);
    // Since when each is as it is: 443 since the third run, 80 since the first.
    const began = Date.parse('2026-11-30T12:00:00Z');
    expect(last?.rows.map(({ endpoint, since }) => [endpoint.id, since - began])).toEqual([
      ['tcp://a:443', 60_000],
      ['tcp://a:80', 0],
    ]);
  });

  it('keeps what it shows while the API is away, says so, and goes on', async () => {
    const limited = {
      status: 'refused',
      refusal: { httpStatus: 429, title: 'Too many runs', detail: 'wait a minute' },
    } as const;
    const { done, boards, ordered } = station([{ 'tcp://a:443': 'pass' }], [END, limited]);
    await done;
    expect(ordered).toHaveLength(1);
    expect(boards.map(({ trouble }) => trouble?.status)).toEqual([
      undefined,
      'unreachable',
      undefined,
      'refused',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(boards.at(-1)?.phase).toBe('done');
  });

  it('tries no more when no target has the name, and goes on when it is a run that is not found', async () => {
    const refused = (at?: string): ApiReply<never> => ({
      status: 'refused',
      refusal: { httpStatus: 404, title: 'There is no such thing', detail: 'none', ...(at && { at }) },
    });
    const unknown = station([{ 'tcp://a:443': 'pass' }], [refused('body.targets')]);
    await unknown.done;
    expect(unknown.ordered).toEqual([]);
    expect(unknown.boards.at(-1)).toEqual({ rows: [], phase: 'unknown' });
    const lost = station([{ 'tcp://a:443': 'pass' }], [refused()]);
    await lost.done;
    expect(lost.boards.at(-1)?.phase).toBe('done');
  });
});
