import type { Change } from '../history.ts';
import type { EndpointReport, Report } from '../report-schema.ts';
import { changesBetween } from './changes.ts';
import { endpointState } from './endpoint-state.ts';

/** One thing that differs between two reports of the same endpoints. */
export interface Difference extends Omit<Change, 'what'> {
  /** Id of the endpoint. */
  readonly endpoint: string;
  readonly what: Change['what'] | 'added' | 'removed';
}

/**
 * What changed from one report to the next: endpoints that were added or removed, verdicts and causes, certificates
 * (distinguished by fingerprint), the addresses of names, and what each vantage sees where there are several.
 */
export function diffReports(before: Report, after: Report): Difference[] {
  const old = new Map(before.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const differences: Difference[] = [];
  for (const report of after.endpoints) {
    const endpoint = report.id;
    const previous = old.get(endpoint);
    old.delete(endpoint);
    if (previous === undefined) {
      const now = outcome(report);
      differences.push({ endpoint, what: 'added', after: now, text: `new: ${now}` });
    } else {
      const changes = changesBetween(endpointState(previous), endpointState(report));
      differences.push(...changes.map((change) => ({ endpoint, ...change })));
    }
  }
  for (const gone of old.values()) {
    const was = outcome(gone);
    differences.push({ endpoint: gone.id, what: 'removed', before: was, text: `removed, was ${was}` });
  }
  return differences;
}

const outcome = ({ verdict, cause }: EndpointReport): string =>
  cause === undefined ? verdict : `${verdict} (${cause})`;
