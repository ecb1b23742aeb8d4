import { countVerdicts } from '../../model/verdict-counts.ts';
import type { EndpointReport, Report } from '../report-schema.ts';
import { createHeadline } from './headline.ts';
import { concludeRun } from './run.ts';

/** The verdict on a run whose endpoints are all at hand, with its sentence. A vantage without a result is not counted. */
export function concludeEndpoints(
  endpoints: readonly EndpointReport[],
  { vantages, partial = false }: Pick<Report, 'vantages' | 'partial'>,
): Pick<Report, 'verdict' | 'summary' | 'message'> {
  const answered = vantages.filter(({ unavailable }) => unavailable === undefined).length;
  const headline = createHeadline(endpoints);
  return concludeRun(countVerdicts(endpoints), { vantages: answered, partial, headline });
}
