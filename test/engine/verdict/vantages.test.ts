import { describe, expect, test } from 'vitest';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import { agreeOnOpen, mayDisagree } from '../../../lib/engine/verdict/vantages.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { dirtyVantage, endpoint, filtered, open, refused, tls, unproven, vantage } from './sample.ts';

/** `p`: open, `f`: filtered, `i`: no control; from vantages v1, v2…. */
function judge(pattern: string, over: Partial<Endpoint> = {}) {
  const judged = [...pattern].map((letter, index) => {
    const where = { vantage: `v${index + 1}` };
    return letter === 'p'
      ? open(where)
      : letter === 'f'
        ? filtered(where)
        : unproven('prober.no-control', where);
  });
  const facts = judged.map((one) => vantage(one.vantage));
  return judgeEndpoint(endpoint(over), judged, facts);
}

describe('expected open', () => {
  test.each([
    ['p', 'pass', 'Seen from one vantage only.'],
    ['pp', 'pass', 'Seen from two vantages only'],
    ['ppp', 'pass', 'Reachable from all 3 vantages'],
    ['pf', 'fail', 'Partial: passes from v1, fails from v2'],
    ['ppf', 'warn', 'Fails from v3 alone'],
    ['ppppf', 'warn', 'Fails from v5 alone'],
    [
      'pppff',
      'fail',
      'Partial: passes from v1, v2, v3, fails from v4, v5, as with an allow-list or a geo-block',
    ],
    ['ppppff', 'warn', 'Fails from v5, v6 alone'],
    ['pppfff', 'fail', 'Partial'],
    ['pffff', 'fail', 'passes from v1, fails from v2'],
    ['fff', 'fail', 'The same from all 3 vantages'],
    ['iii', 'inconclusive', 'No vantage counts: v1, v2, v3'],
    ['pi', 'pass', 'Seen from one vantage only (v1). Not counted: v2 (prober.no-control)'],
    ['fi', 'fail', 'Not counted: v2'],
    // Two that count may not disagree, however many others took part.
    ['pfiii', 'fail', 'Partial'],
  ])('%s is %s', (pattern, verdict, words) => {
    const report = judge(pattern);
    expect(report.verdict).toBe(verdict);
    expect(report.summary).toContain(words);
  });

  test('names the cause of the outlier', () => {
    expect(judge('ppf')).toMatchObject({ cause: 'tcp.filtered', side: 'network' });
  });

  test.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [5, 1],
    [6, 2],
    [20, 2],
  ])('of %i vantages that count %i may disagree', (counted, allowed) =>
    expect(mayDisagree(counted)).toBe(allowed),
  );

  test('agreement of nobody is inconclusive', () => {
    expect(agreeOnOpen([])).toMatchObject({ verdict: 'inconclusive', spread: 'unknown' });
  });
});

describe('expected closed', () => {
  test.each([
    ['fff', 'pass'],
    ['ffp', 'fail'],
    ['ffffffp', 'fail'],
    ['fi', 'pass'],
    ['ii', 'inconclusive'],
    ['ip', 'fail'],
  ])('%s is %s', (pattern, verdict) => {
    expect(judge(pattern, { expect: 'closed' }).verdict).toBe(verdict);
  });

  test('names the one vantage that gets in', () => {
    const report = judge('ffp', { expect: 'closed' });
    expect(report.cause).toBe('exposure.open-but-must-be-closed');
    expect(report.summary).toContain('Open from v3, closed from v1, v2');
  });
});

describe('a vantage whose negative control connected', () => {
  const facts = [dirtyVantage('local')];
  test('proves nothing by bytes that its own network may have sent', () => {
    const report = judgeEndpoint(endpoint(), [open()], facts);
    expect(report).toMatchObject({ verdict: 'inconclusive', cause: 'prober.network-answers-for-all' });
  });

  test('proves nothing by a refusal either', () => {
    expect(judgeEndpoint(endpoint(), [refused()], facts).verdict).toBe('inconclusive');
  });

  test('counts when the peer proved its identity by a valid certificate', () => {
    expect(judgeEndpoint(endpoint({ kind: 'tls' }), [tls()], facts).verdict).toBe('pass');
    expect(judgeEndpoint(endpoint({ kind: 'tls' }), [tls({ trusted: false })], facts).verdict).toBe(
      'inconclusive',
    );
  });

  test('is no calm for a port that must be closed, even where clean vantages see it closed', () => {
    const report = judgeEndpoint(
      endpoint({ expect: 'closed' }),
      [open({ vantage: 'x' }), refused({ vantage: 'y' })],
      [dirtyVantage('x'), vantage('y')],
    );
    expect(report).toMatchObject({ verdict: 'warn', cause: 'prober.network-answers-for-all' });
  });
});

describe('restricted services', () => {
  test('open to a stranger passes with a warning that names the exposure', () => {
    const report = judge('p', { warnIfPublic: true });
    expect(report).toMatchObject({
      verdict: 'warn',
      cause: 'exposure.open-to-the-internet',
      side: 'network',
    });
    expect(report).not.toHaveProperty('rules');
  });

  test.each([
    ['the allow-listed gets in and the others do not', 'pf', 'pass', undefined],
    ['the allow-listed does not get in', 'ff', 'fail', 'tcp.filtered'],
    ['a stranger gets in, too', 'pp', 'fail', 'exposure.open-but-must-be-closed'],
    ['the allow-listed gave no proof', 'if', 'inconclusive', 'prober.no-control'],
  ])('%s', (_, pattern, verdict, cause) => {
    const report = judge(pattern, { allowListedVantages: ['v1'] });
    expect([report.verdict, report.cause]).toEqual([verdict, cause]);
  });

  test('all of the allow-listed must get in', () => {
    expect(judge('pppf', { allowListedVantages: ['v1', 'v2', 'v3', 'v4'] }).verdict).toBe('fail');
  });

  test('without an allow-listed vantage in the run nothing is proven', () => {
    const report = judge('f', { allowListedVantages: ['office'] });
    expect(report).toMatchObject({ verdict: 'inconclusive', cause: 'prober.unavailable' });
    expect(report.summary).toContain('office');
  });
});

describe('interception', () => {
  const facts = ['v1', 'v2', 'v3'].map((id) => vantage(id));
  test('is remarked when one vantage sees another leaf certificate', () => {
    const judged = facts.map(({ id }, index) =>
      tls({ vantage: id, leaf: (index === 2 ? 'bb' : 'aa').repeat(32) }),
    );
    const { verdict, summary } = judgeEndpoint(endpoint({ kind: 'tls' }), judged, facts);
    expect(verdict).toBe('pass');
    expect(summary).toContain('differs between vantages');
    expect(summary).toContain('bbbbbbbbbbbb… from v3');
  });

  test('is not remarked when all see the same, nor for different addresses', () => {
    const judged = facts.map(({ id }, index) =>
      tls({ vantage: id, leaf: `a${index}`.repeat(32), address: `203.0.113.1${index}` }),
    );
    expect(judgeEndpoint(endpoint({ kind: 'tls' }), judged, facts).summary).not.toContain('differs');
  });
});
