/** A complete report, written in a format. */
import type { EndpointReport, Report, ReportHead, ReportTail } from '../engine/report-schema.ts';
import { countVerdicts } from '../model/verdict-counts.ts';
import type { FormatOptions, ReportFormat } from './reporter.ts';

/** As long as `options` say nothing else: for files, without terminal features. */
const FILE = { width: 100, color: false, verbose: false } as const;

/** The whole document, signed if a seal is given and the format has a signature. Rejects when the key can't be reached. */
export async function writeWhole(
  format: ReportFormat,
  tail: ReportTail,
  endpoints: readonly EndpointReport[],
  options: Partial<FormatOptions> = {},
): Promise<string> {
  const reporter = format.open({ ...FILE, ...options });
  const pieces = [reporter.begin(headOf(tail)), ...endpoints.map((endpoint) => reporter.endpoint(endpoint))];
  pieces.push(await (reporter.endSigned?.(tail) ?? reporter.end(tail)));
  return pieces.join('');
}

/** The report without its endpoints and signature: for formats, which count the endpoints they get. */
export function tailOf({ endpoints, signature: _signature, writing: _writing, ...rest }: Report): ReportTail {
  const counts = countVerdicts(endpoints);
  return { ...rest, counts };
}

/** What a format is given before the first endpoint: nothing that only the end of a run tells, or the digest would count it twice. */
export function headOf({
  finishedAt: _finishedAt,
  verdict: _verdict,
  summary: _summary,
  message: _message,
  unread: _unread,
  counts: _counts,
  ...head
}: ReportTail): ReportHead {
  return head;
}
