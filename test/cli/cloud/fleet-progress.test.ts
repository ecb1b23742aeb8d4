import { describe, expect, it } from 'vitest';
import { createFleetProgress } from '../../../lib/cli/cloud/fleet-progress.ts';
import type { RunStatus, VantageStatus } from '../../../lib/service/contracts/runs.ts';
import { HOSTILE } from '../../report/sample-evidence.ts';

const ERASE = '\r\u001b[2K';
const vantage = (id: string, more: Partial<VantageStatus> = {}): VantageStatus => ({
  id,
  attempt: 1,
  status: 'probing',
  ...more,
});
const run = (vantages: VantageStatus[], more: Partial<RunStatus> = {}): RunStatus => ({
  runId: 'run-1',
  status: 'running',
  startedAt: '2026-03-01T09:30:00.000Z',
  targets: ['shop'],
  reports: [],
  step: 'probe',
  attempt: 1,
  vantages,
  ...more,
});

function shown(...looks: RunStatus[]): string {
  const written: string[] = [];
  const progress = createFleetProgress(
    { isTTY: true, columns: 100, write: (text) => written.push(text) },
    {},
  );
  for (const look of looks) progress.show(look);
  return written.join('');
}

const answered = vantage('eu-west-1', {
  status: 'answered',
  seen: [
    { endpoint: 'https://a.example.com:443/', state: 'open' },
    { endpoint: 'smtp://a.example.com:25', state: 'filtered', cause: 'tcp.filtered' },
  ],
});

describe('progress of a fleet’s run', () => {
  it('reports each vantage once, endpoint by endpoint where there is something, and what is waited for', () => {
    const look = run([answered, vantage('us-east-1')]);
    expect(shown(run([vantage('eu-west-1'), vantage('us-east-1')]), look, look)).toBe(
      [
        'probing: 0 of 2 vantages answered, waiting for eu-west-1, us-east-1',
        `${ERASE}eu-west-1: 1 open, 1 filtered: smtp://a.example.com:25 tcp.filtered\n`,
        'probing: 1 of 2 vantages answered, waiting for us-east-1',
      ].join(''),
    );
  });

  it('says that a vantage is starting, and goes on to wait for it', () => {
    const look = run([answered, vantage('eu-west-1-smtp', { status: 'starting' })]);
    expect(shown(look)).toContain(
      'probing: 1 of 2 vantages answered, waiting for eu-west-1-smtp (starting: some minutes)',
    );
  });

  it('names what must be closed when it is open alone', () => {
    const seen = [
      { endpoint: 'tcp://a.example.com:3389 (closed)', state: 'closed', cause: 'tcp.refused' },
      { endpoint: 'tcp://a.example.com:445 (closed)', state: 'filtered', cause: 'tcp.filtered' },
      { endpoint: 'ssh://a.example.com:22 (closed)', state: 'open' },
    ] as const;
    expect(shown(run([{ ...answered, seen: [...seen] }], { step: 'judge' }))).toContain(
      'eu-west-1: 1 closed, 1 filtered, 1 open: ssh://a.example.com:22 (closed) open\n',
    );
  });

  it('leaves no line behind when the run has ended', () => {
    const end = run([answered], { status: 'finished' });
    expect(shown(run([answered]), end).endsWith(`probing: 1 of 1 vantage answered${ERASE}`)).toBe(true);
  });

  it('shows a confirmation and a loss as such', () => {
    const lost = vantage('us-east-1', { status: 'lost', error: 'ProberTimedOut' });
    const again = { ...answered, attempt: 2 };
    const text = shown(run([answered, lost]), run([again, lost], { attempt: 2, step: 'judge' }));
    expect(text).toContain('us-east-1: gave no result: ProberTimedOut\n');
    expect(text).toContain('eu-west-1 (attempt 2): 1 open, 1 filtered');
    expect(text).toMatch(/judging$/);
  });

  it.each([
    ['plan', 'planning'],
    ['pause', 'waiting before what failed is probed again'],
    ['report', 'writing the report'],
    ['publish', 'publishing'],
  ] as const)('says that it is at %s', (step, words) => {
    expect(shown(run([], { step }))).toBe(words);
  });

  it('shows what a server sent without obeying it', () => {
    const seen = [{ endpoint: HOSTILE, state: 'broken' as const, cause: 'tls.not-tls' as const }];
    const text = shown(run([vantage('eu-west-1', { status: 'answered', seen })], { step: 'judge' }));
    expect(text.replaceAll(ERASE, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  it('writes nothing where nobody watches', () => {
    const written: string[] = [];
    createFleetProgress({ isTTY: false, write: (text) => written.push(text) }, {}).show(run([answered]));
    createFleetProgress({ isTTY: true, write: (text) => written.push(text) }, { TERM: 'dumb' }).show(
      run([answered]),
    );
    expect(written).toEqual([]);
  });
});
