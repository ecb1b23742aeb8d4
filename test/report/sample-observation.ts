import type { ReportObservation } from '../../lib/engine/report-schema.ts';
import type { Evidence } from '../../lib/kinds/evidence.ts';
import { evidenceOf } from './raw-evidence.ts';

/** An observation by the local vantage of the sample's first address. */
export const observation = (
  over: Omit<Partial<ReportObservation>, 'evidence'> &
    Pick<ReportObservation, 'state' | 'summary' | 'timings'> & {
      readonly evidence: Readonly<Record<string, unknown>> | Evidence;
    },
): ReportObservation => ({
  vantage: 'local',
  address: '192.0.2.10',
  family: 4,
  localAddress: '198.51.100.7',
  startedAt: '2026-03-01T09:30:05.000Z',
  attempt: 1,
  ...over,
  evidence: evidenceOf({ ...over.evidence }),
});
