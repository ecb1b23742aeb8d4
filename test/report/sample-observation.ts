import type { ReportObservation } from '../../lib/model/report.ts';

/** An observation by the local vantage of the sample's first address. */
export const observation = (
  over: Partial<ReportObservation> & Pick<ReportObservation, 'state' | 'summary' | 'timings' | 'evidence'>,
): ReportObservation => ({
  vantage: 'local',
  address: '192.0.2.10',
  family: 4,
  localAddress: '198.51.100.7',
  startedAt: '2026-03-01T09:30:05.000Z',
  attempt: 1,
  ...over,
});
