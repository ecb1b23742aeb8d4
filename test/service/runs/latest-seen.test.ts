import { describe, expect, it } from 'vitest';
import type { EndpointReport, ReportObservation } from '../../../lib/engine/report-schema.ts';
import { readEvidence } from '../../../lib/kinds/read-evidence.ts';
import { latestSeen } from '../../../lib/service/runs/latest-seen.ts';
import { sampleReport } from '../../report/sample-report.ts';

const endpointOf = (kind: EndpointReport['kind']): EndpointReport => {
  const found = sampleReport.endpoints.find((one) => one.kind === kind && one.observations.length > 0);
  if (found === undefined) throw new Error(`the sample has no ${kind}`);
  return found;
};
const https = endpointOf('https');

const seen = (
  state: ReportObservation['state'],
  over: Partial<ReportObservation> = {},
): ReportObservation => ({
  vantage: 'eu-west-1',
  address: '192.0.2.1',
  family: 4,
  state,
  summary: '',
  startedAt: '2026-11-25T01:00:00.000Z',
  timings: { total: 10 },
  attempt: 1,
  evidence: {},
  ...over,
});
const of = (observations: ReportObservation[], expect_: EndpointReport['expect'] = 'open') =>
  latestSeen({ ...https, expect: expect_, observations });

describe('what is kept of an endpoint for metrics', () => {
  it('is taken from the evidence of a report', () => {
    expect(latestSeen(https)).toEqual({
      states: { open: expect.any(Number) },
      durationMs: Math.max(...https.observations.map(({ timings }) => timings.total)),
      httpStatus: 200,
      notAfter: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(latestSeen(endpointOf('smtp'))).not.toHaveProperty('httpStatus');
  });

  it('counts vantages, each by the worst of the addresses that it tried', () => {
    const observations = [
      seen('open'),
      seen('filtered', { address: '192.0.2.2' }),
      seen('open', { vantage: 'us-east-1' }),
      seen('open', { vantage: 'us-west-2' }),
    ];
    expect(of(observations).states).toEqual({ filtered: 1, open: 2 });
    // Of what must be closed the open address is the worst.
    expect(of(observations, 'closed').states).toEqual({ open: 3 });
  });

  it('is of the last attempt, and of the slowest vantage', () => {
    const observations = [
      seen('filtered', { timings: { total: 30_000 } }),
      seen('open', { attempt: 2, timings: { total: 20 } }),
      seen('open', { vantage: 'us-east-1', timings: { total: 90 } }),
    ];
    expect(of(observations)).toEqual({ states: { open: 2 }, durationMs: 90 });
  });

  it('is nothing where nothing was measured', () => {
    expect(of([])).toEqual({ states: {} });
    expect(
      of([seen('open', { evidence: readEvidence({ kind: 'https', http: 'rubbish', tls: { chain: 7 } }) })]),
    ).toEqual({
      states: { open: 1 },
      durationMs: 10,
    });
  });
});
