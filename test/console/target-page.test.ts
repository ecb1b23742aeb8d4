import { describe, expect, it } from 'vitest';
import { certificateDays } from '../../lib/console/targets/certificates.ts';
import { differenceWords } from '../../lib/console/targets/difference-words.ts';
import { latencyOf, measuredEndpoints, timeRange, vantagesOf } from '../../lib/console/targets/latency.ts';
import { timelineOf } from '../../lib/console/targets/timeline.ts';
import { inZone } from '../../lib/console/targets/zone-time.ts';
import { en } from '../../lib/console/words/en.ts';
import { speechOf } from '../../lib/console/words/words.ts';
import { type EndpointRecord, HISTORY_SCHEMA, type PastRun } from '../../lib/engine/history.ts';
import type { ReportedCause, Verdict } from '../../lib/model/vocabulary.ts';

const day = (number: number): string => `2026-03-${String(number).padStart(2, '0')}T00:00:00.000Z`;
const past = (number: number, verdict: Verdict, cause?: ReportedCause, notAfter?: string): PastRun => ({
  run: `run-${number}`,
  at: day(number),
  state: {
    verdict,
    causes: cause === undefined ? [] : [cause],
    addresses: ['192.0.2.1'],
    certificates:
      notAfter === undefined
        ? []
        : [{ fingerprint256: notAfter, subject: 'CN=a', issuer: 'CN=ca', notAfter }],
    vantages: [{ id: 'local', state: verdict === 'pass' ? 'open' : 'closed' }],
  },
});
const record = (endpoint: string, ...runs: PastRun[]): EndpointRecord => ({
  schema: HISTORY_SCHEMA,
  endpoint,
  target: 'Shop',
  runs,
  proven: { verdict: 'pass', since: runs[0]?.at ?? '', atLeast: true },
});

it('has room around the time of a single run, and none to spare around several', () => {
  expect([timeRange(1_000, 1_000), timeRange(1_000, 1_060)]).toEqual([
    [700, 1_300],
    [1_000, 1_060],
  ]);
});

it('says verdicts and states of a comparison in the words of the page, and what no word is for as it is', () => {
  const { say } = speechOf('en', en);
  expect(differenceWords({ what: 'verdict' }, 'pass', say)).toBe('Passed');
  expect(differenceWords({ what: 'added' }, 'fail (tcp.refused)', say)).toBe('Failed (tcp.refused)');
  expect(differenceWords({ what: 'removed' }, 'unheard-of', say)).toBe('unheard-of');
  expect(differenceWords({ what: 'vantage' }, 'filtered', say)).toBe('filtered');
  expect(differenceWords({ what: 'cause' }, undefined, say)).toBe('–');
  // A run of what failed measures a part: what it left out is not gone.
  expect([en['comparison.added'], en['comparison.removed']]).toEqual([
    'measured in this run alone',
    'measured in the run before alone',
  ]);
});

describe('the timeline', () => {
  it('has each run that changed something, newest first, with the cause before and after', () => {
    const entries = timelineOf([
      record('a', past(1, 'pass'), past(2, 'fail', 'tcp.refused'), past(3, 'fail', 'tcp.filtered')),
      record('b', past(1, 'pass'), past(2, 'fail', 'tcp.refused'), past(3, 'fail', 'tcp.refused')),
    ]);
    expect(entries.map(({ run, changes }) => [run, changes.length])).toEqual([
      ['run-3', 1],
      ['run-2', 2],
      ['run-1', 2],
    ]);
    expect(entries[0]?.changes[0]).toMatchObject({
      endpoint: 'a',
      verdict: 'fail',
      before: { verdict: 'fail', cause: 'tcp.refused' },
      cause: 'tcp.filtered',
    });
    expect(entries[2]?.changes[0]).not.toHaveProperty('before');
  });

  it('does not call the oldest run that is kept the first one when there were others', () => {
    const runs = Array.from({ length: 30 }, (_, index) => past(index + 1, 'pass'));
    expect(timelineOf([record('a', ...runs)])).toEqual([]);
  });
});

it('counts the days of the certificate that was seen last, also when the port is closed since', () => {
  const now = Date.parse(day(10));
  const certificates = certificateDays(
    [
      record('late', past(1, 'pass', undefined, day(31)), past(2, 'fail', 'tcp.refused')),
      record('over', past(1, 'fail', undefined, day(9))),
      record('none', past(1, 'pass')),
      record('odd', past(1, 'pass', undefined, 'not a date')),
    ],
    now,
  );
  expect(certificates.map(({ endpoint, days }) => [endpoint, days])).toEqual([
    ['over', -1],
    ['late', 21],
  ]);
});

it('draws one line for each phase and vantage of which something was measured, oldest run first', () => {
  const times = [
    {
      runId: '2',
      startedAt: day(2),
      endpoints: [{ endpoint: 'a', vantages: [{ vantage: 'v', connect: 3, tls: 9 }] }],
    },
    {
      runId: '1',
      startedAt: day(1),
      endpoints: [
        {
          endpoint: 'a',
          vantages: [
            { vantage: 'v', connect: 2 },
            { vantage: 'w', dns: 1 },
          ],
        },
      ],
    },
    { runId: '0', startedAt: day(1), endpoints: [] },
  ];
  expect(measuredEndpoints(times)).toEqual(['a']);
  expect(vantagesOf(times, 'a')).toEqual(['v', 'w']);
  expect(latencyOf(times, 'a', ['v'])).toEqual({
    at: [day(1), day(2)],
    lines: [
      { vantage: 'v', phase: 'connect', values: [2, 3] },
      { vantage: 'v', phase: 'tls', values: [null, 9] },
    ],
  });
  expect(latencyOf(times, 'gone', ['v'])).toEqual({ at: [], lines: [] });
});

it('shows a moment on the clock of a zone, and nothing for a zone that is not known', () => {
  expect(inZone('2026-03-01T23:30:00.000Z', 'Asia/Tokyo', 'en')).toMatch(/Mon.*08:30/);
  expect(inZone('2026-03-01T23:30:00.000Z', 'Mars/Olympus', 'en')).toBeUndefined();
});
