/** A report that a user names: JSON, or the data inside a page. */
import type { Report } from '../engine/report-schema.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';

export async function readReport(path: string): Promise<ParseResult<Report>> {
  const { readText } = await import('../input/request/read-text.ts');
  const text = await readText(path);
  return text.ok ? parseReport(path, text.value) : text;
}

/** Reports are read as JSON, not as YAML: they may be large, and a program wrote them. */
export async function parseReport(path: string, text: string): Promise<ParseResult<Report>> {
  const { Report: ReportSchema, REPORT_SCHEMA } = await import('../engine/report-schema.ts');
  const { describeIssue, pathText } = await import('../input/request/issue.ts');
  const { reportDataOf } = await import('../report/signature/page.ts');
  const data = reportDataOf(text);
  if (!data.ok) return inputError(`${path}: ${data.reason}`);
  const report = ReportSchema.safeParse(data.value, { reportInput: true });
  if (report.success) return parsed(report.data);
  const { path: place, message } = describeIssue(report.error);
  return inputError(`${path}: no report of ${REPORT_SCHEMA}: ${pathText(place)}: ${message}`);
}
