import { describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { mergeTargets, updateReport } from '../../lib/report/merge.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';

const of = (verdicts: readonly ('pass' | 'fail')[], target = 'shop'): Report => {
  const [sample] = sampleFleetReport.endpoints;
  if (sample === undefined) throw new Error('the sample has endpoints');
  const endpoints = verdicts.map((verdict, index) => ({
    ...sample,
    id: `${target}-${index}`,
    target,
    verdict,
  }));
  return { ...sampleFleetReport, endpoints, verdict: verdicts.includes('fail') ? 'fail' : 'pass' };
};

describe('reports as one', () => {
  it('one report is left as it is, with its signature', () => {
    const one = of(['pass']);
    expect(mergeTargets([one])).toBe(one);
  });

  it('several targets are judged together, and nobody signed that', () => {
    const merged = mergeTargets([of(['pass']), of(['fail', 'pass'], 'other')]);
    expect(merged.endpoints.map(({ target }) => target)).toEqual(['shop', 'other', 'other']);
    expect(merged).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('3 endpoints checked'),
    });
    expect(merged.signature).toBeUndefined();
    expect(merged.authorisation).toBeUndefined();
    expect(merged.vantages).toEqual(sampleFleetReport.vantages);
  });

  it('what is newer counts, and the rest stays in its place', () => {
    const later = { ...of(['pass', 'pass']), finishedAt: '2027-01-01T00:00:00.000Z' };
    const partial = { ...later, endpoints: later.endpoints.slice(1) };
    const updated = updateReport(of(['pass', 'fail']), partial);
    expect(updated).toMatchObject({ verdict: 'pass', finishedAt: later.finishedAt });
    expect(updated.endpoints.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['shop-0', 'pass'],
      ['shop-1', 'pass'],
    ]);
  });
});
