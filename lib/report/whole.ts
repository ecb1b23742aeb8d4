/** A report that is there as a whole, written in a format. */
import type { EndpointReport, Report, ReportTail } from '../model/report.ts';
import { emptyCounts } from '../verdict/run.ts';
import type { FormatOptions, ReportFormat } from './reporter.ts';

/** For files: nothing of a terminal. */
const FILE = { width: 100, color: false, verbose: false } as const;

/** The whole document, signed if a seal is given and the format carries a signature. Rejects when the key is out of reach. */
export async function writeWhole(
  format: ReportFormat,
  tail: ReportTail,
  endpoints: readonly EndpointReport[],
  { seal }: Pick<FormatOptions, 'seal'> = {},
): Promise<string> {
  const { finishedAt: _finishedAt, verdict: _verdict, summary: _summary, counts: _counts, ...head } = tail;
  const reporter = format.open({ ...FILE, ...(seal && { seal }) });
  const pieces = [reporter.begin(head), ...endpoints.map((endpoint) => reporter.endpoint(endpoint))];
  pieces.push(reporter.endSigned === undefined ? reporter.end(tail) : await reporter.endSigned(tail));
  return pieces.join('');
}

/** What a report says but of its endpoints, without a signature: for formats, which count what they are given. */
export function tailOf({ endpoints, signature: _signature, ...rest }: Report): ReportTail {
  const counts = emptyCounts();
  for (const { verdict } of endpoints) counts[verdict] += 1;
  return { ...rest, counts };
}
