/** Whose word decides, by where vantages are: of a table, and in every mixture of positions and outcomes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import { judgementOn } from '../../../lib/engine/verdict/judgement.ts';
import { toReportVantage } from '../../../lib/engine/verdict/report-vantage.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { VantageFacts } from '../../../lib/model/plan.ts';
import type { VantagePosition } from '../../../lib/model/position.ts';
import { endpoint, filtered, open, unproven, vantage } from './sample.ts';

const POSITIONS = { n: 'internet', l: 'allow-listed', s: 'inside' } as const satisfies Record<
  string,
  VantagePosition
>;
type Letter = keyof typeof POSITIONS | 'u';

/** `np`: on the internet, open; `sf`: inside, filtered; `li`: on the allow-list, no control; `u`: nobody said where. */
const seenBy = (all: readonly string[]) =>
  all.map((one, index) => {
    const [place = 'u', seen = 'i'] = one;
    const id = `${place}${index + 1}`;
    const where = { vantage: id };
    const position = place === 'u' ? undefined : POSITIONS[place as keyof typeof POSITIONS];
    const facts: VantageFacts = vantage(id, { ...(position && { kind: 'site' as const, position }) });
    const judged =
      seen === 'p' ? open(where) : seen === 'f' ? filtered(where) : unproven('prober.no-control', where);
    return { facts, judged };
  });

function judge(pattern: string, over: Partial<Endpoint>) {
  const all = seenBy(pattern.split(' '));
  return judgeEndpoint(
    endpoint(over),
    all.map(({ judged }) => judged),
    all.map(({ facts }) => facts),
  );
}

const CLOSED = { expect: 'closed' } as const;
const KNOWN = { warnIfPublic: true } as const;

describe('by position', () => {
  test.each<[string, string, Partial<Endpoint>, string, string]>([
    ['SSH that one inside reaches', 'nf sp', CLOSED, 'pass', 'It answers s2 (inside), which is no exposure'],
    ['SSH that one on the allow-list reaches', 'nf lp', CLOSED, 'pass', 'l2 (on the allow-list)'],
    [
      'SSH that one on the internet reaches',
      'np sf',
      CLOSED,
      'fail',
      'which says nothing about the internet',
    ],
    ['a page that is reached inside alone', 'nf sp', {}, 'fail', 'From s2 (inside) it answers'],
    ['a page that is not reached inside', 'np sf', {}, 'pass', 'it does not answer as it should'],
    ['a silent one inside', 'np si', {}, 'pass', 's2 (inside) gave nothing that counts.'],
    ['nobody on the internet', 'sp lp', {}, 'inconclusive', 'No vantage on the internet looked at'],
    ['nobody on the internet, must be closed', 'sp', CLOSED, 'inconclusive', 'No vantage on the internet'],
    ['a machine of which nobody said where it is, alone', 'up', CLOSED, 'fail', 'one vantage only'],
    ['the same beside one on the internet', 'up nf', CLOSED, 'pass', 'u1 (no position set)'],
    ['the same, where that one gave nothing', 'up ni', CLOSED, 'inconclusive', 'u1 (no position set)'],
    ['for known networks, reached by one of them', 'lp nf', KNOWN, 'pass', 'n2 (on the internet)'],
    ['for known networks, and open to all', 'lp np', KNOWN, 'warn', 'is meant for known networks'],
    ['for known networks, which do not get in', 'lf np', KNOWN, 'fail', 'n2 (on the internet)'],
    [
      'for known networks, of which none gave anything',
      'li nf',
      KNOWN,
      'inconclusive',
      'n2 (on the internet)',
    ],
    ['for known networks, of which none looked', 'nf', KNOWN, 'fail', 'one vantage only'],
    ['named, and reached inside too', 'lp nf sp', { allowListedVantages: ['l1'] }, 'pass', 's3 (inside)'],
    ['named, and open to all', 'lp np', { allowListedVantages: ['l1'] }, 'fail', 'must not be reachable'],
  ])('%s (%s) is judged', (_, pattern, over, verdict, words) => {
    const report = judge(pattern, over);
    expect(report.summary).toContain(words);
    expect(report.verdict).toBe(verdict);
  });

  test('one inside gives no cause and no fix', () => {
    const report = judge('np np np sf', {});
    expect(report).toMatchObject({ verdict: 'pass' });
    expect(report).not.toHaveProperty('cause');
    expect(report).not.toHaveProperty('fix');
    expect(report.observations).toHaveLength(4);
  });

  test('is in the report as the operator set it', () => {
    expect(toReportVantage(vantage('b', { kind: 'site', position: 'inside' }))).toMatchObject({
      kind: 'site',
      position: 'inside',
    });
  });
});

test('no vantage inside or on an allow-list changes what others decide about the internet', () => {
  const word = (places: readonly Letter[]) =>
    fc.tuple(fc.constantFrom(...places), fc.constantFrom('p', 'f', 'i')).map((pair) => pair.join(''));
  fc.assert(
    fc.property(
      fc.array(word(['n']), { minLength: 1, maxLength: 6 }),
      fc.array(word(['s', 'l', 'u']), { maxLength: 4 }),
      fc.constantFrom<Partial<Endpoint>>({}, CLOSED),
      (internet, others, over) => {
        const verdictOf = (words: readonly string[]) => {
          const all = seenBy(words);
          const { verdict, faults } = judgementOn(
            endpoint(over),
            all.map(({ judged }) => judged),
            all.map(({ facts }) => facts),
          );
          return { verdict, causes: faults.map(({ cause }) => cause) };
        };
        expect(verdictOf([...internet, ...others])).toEqual(verdictOf(internet));
      },
    ),
  );
});
