import { describe, expect, it } from 'vitest';
import { advance, MAX_RUNS } from '../../../lib/engine/compare/advance.ts';
import type { EndpointRecord } from '../../../lib/engine/history.ts';
import { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { certificate, tls } from '../../report/sample-evidence.ts';
import { observation } from '../../report/sample-observation.ts';

type Seen = Partial<EndpointReport>;
const report = (over: Seen = {}): EndpointReport =>
  EndpointReport.parse({
    id: 'tls://a.example:443',
    target: 'a.example',
    kind: 'tls',
    host: 'a.example',
    port: 443,
    expect: 'open',
    level: 'required',
    verdict: 'pass',
    summary: '',
    observations: [],
    ...over,
  });
const at = (day: number): string => new Date(Date.UTC(2026, 2, day)).toISOString();
const failed: Seen = { verdict: 'fail', cause: 'tcp.filtered' };
const unproven: Seen = { verdict: 'inconclusive', cause: 'prober.no-control' };

/** Runs one a day; gives the last report and the record. */
function live(days: readonly Seen[]): { report: EndpointReport; record: EndpointRecord } {
  let result: ReturnType<typeof advance> | undefined;
  for (const [index, over] of days.entries())
    result = advance(result?.record, report(over), { id: `run-${index + 1}`, startedAt: at(index + 1) });
  if (result === undefined) throw new Error('no day');
  return result;
}

describe('since when the present state holds', () => {
  it.each<[what: string, days: Seen[], since: number, atLeast: boolean]>([
    ['from the first run on: it may be older', [{}, {}, {}], 1, true],
    ['from its change on', [{}, failed, failed], 2, false],
    ['from its last change on', [failed, {}, failed, failed], 3, false],
    ['another cause is another state', [failed, { ...failed, cause: 'tcp.refused' }], 2, false],
    ['a run that proves nothing ends none', [{}, failed, unproven, failed], 2, false],
    ['nor does one at the start begin one', [unproven, {}, {}], 2, true],
    ['nothing proven, since then', [{}, failed, unproven, unproven], 3, false],
  ])('%s', (_what, days, since, atLeast) => {
    expect(live(days).report.history).toMatchObject({ since: at(since), atLeast });
  });

  it('is known longer than runs are kept', () => {
    const days = [{}, ...Array.from({ length: MAX_RUNS + 5 }, () => failed)];
    const { report: last, record } = live(days);
    expect(record.runs).toHaveLength(MAX_RUNS);
    expect(last.history?.since).toBe(at(2));
    expect(record.lastGood?.run).toBe('run-1');
    expect(last.history?.changes.at(-1)).toMatchObject({ since: 'last-good-run', run: 'run-1' });
  });
});

describe('what changed', () => {
  const seen = (
    vantage: string,
    state: 'open' | 'filtered',
    over: Parameters<typeof certificate>[0] = {},
    address = '192.0.2.1',
  ) =>
    observation({
      vantage,
      address,
      state,
      summary: '',
      timings: { total: 1 },
      evidence: state === 'open' ? { tls: tls({ chain: [certificate(over)] }) } : {},
    });
  const changes = (days: readonly Seen[]) =>
    live(days).report.history?.changes.map(({ since, run, differences }) => [
      since,
      run,
      differences.map(({ text }) => text),
    ]);

  it('is nothing at the first run, and nothing when nothing did', () => {
    expect(live([{}]).report.history).toBeUndefined();
    expect(changes([{}, {}])).toEqual([['last-run', 'run-1', []]]);
  });

  it('gets the run before and of the last one that passed', () => {
    expect(changes([{}, failed, { ...failed, cause: 'tcp.refused' }])).toEqual([
      ['last-run', 'run-2', ['cause: tcp.filtered → tcp.refused']],
      ['last-good-run', 'run-1', ['verdict: pass → fail', 'cause: none → tcp.refused']],
    ]);
  });

  it.each<[what: string, before: Seen, after: Seen, texts: string[]]>([
    [
      'a certificate renewed',
      { observations: [seen('local', 'open')] },
      {
        observations: [seen('local', 'open', { fingerprint256: 'ee', notAfter: '2027-01-01T00:00:00.000Z' })],
      },
      ['certificate renewed: valid until 2027-01-01, was 2026-07-14'],
    ],
    [
      'a certificate of another authority',
      { observations: [seen('local', 'open')] },
      { observations: [seen('local', 'open', { fingerprint256: 'ee', issuer: 'CN=Other CA' })] },
      [
        'certificate replaced: now from CN=Other CA, was from CN=Example Issuing CA 1, O=Example Trust; valid until 2026-07-14, was 2026-07-14',
      ],
    ],
    [
      'a certificate that could not be seen is none that changed',
      { observations: [seen('local', 'open')] },
      { observations: [seen('local', 'filtered')] },
      [],
    ],
    [
      'an address',
      { observations: [seen('local', 'open')] },
      { observations: [seen('local', 'open', {}, '192.0.2.9')] },
      ['address: 192.0.2.1 → 192.0.2.9'],
    ],
    [
      'what a vantage sees',
      { observations: [seen('eu', 'open'), seen('us', 'open')] },
      { observations: [seen('eu', 'open'), seen('us', 'filtered')] },
      ['us: open → filtered'],
    ],
    [
      'a vantage lost, and a new one',
      { observations: [seen('eu', 'open'), seen('us', 'open')] },
      { observations: [seen('eu', 'open'), seen('ap', 'open')] },
      ['ap: new, sees open', 'us: gave nothing this time, saw open'],
    ],
  ])('%s', (_what, before, after, texts) => {
    expect(changes([before, after])).toEqual([['last-run', 'run-1', texts]]);
  });

  it('an endpoint named twice in one run has one history', () => {
    const stamp = { id: 'run-1', startedAt: at(1) };
    const { record } = advance(undefined, report(), stamp);
    const again = advance(record, report(failed), stamp);
    expect(again.record).toBe(record);
    expect(again.report.history).toBeUndefined();
  });
});
