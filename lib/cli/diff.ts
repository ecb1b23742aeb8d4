import { Command, Option } from 'commander';
import type { Difference } from '../engine/compare/report-diff.ts';
import type { Report } from '../engine/report-schema.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

interface DiffOptions {
  readonly format: 'terminal' | 'json';
}

export function diffCommand(setStatus: SetStatus): Command {
  return new Command('diff')
    .description('say what changed between two reports (JSON or HTML)')
    .argument('<before>', 'the older report (check --format json or html)')
    .argument('<after>', 'the newer report')
    .addOption(
      new Option('--format <format>', 'terminal or json').choices(['terminal', 'json']).default('terminal'),
    )
    .addHelpText(
      'after',
      `
Endpoints that came or went, verdicts, causes, certificates, addresses, and what
each of several vantages sees. Times and evidence don't count.

  inbound-check diff monday.html tuesday.json

Exit status: 0 nothing changed, 1 something did, 64 wrong usage or input.`,
    )
    .action(async (before: string, after: string, options: DiffOptions) => {
      setStatus(await diff(before, after, options));
    });
}

async function diff(beforePath: string, afterPath: string, { format }: DiffOptions): Promise<number> {
  const before = await readReport(beforePath);
  if (!before.ok) return refuse(before);
  const after = await readReport(afterPath);
  if (!after.ok) return refuse(after);
  const { diffReports } = await import('../engine/compare/report-diff.ts');
  const { visible, visibleJson } = await import('../report/words/visible.ts');
  const differences = diffReports(before.value, after.value);
  const text =
    format === 'json'
      ? `${visibleJson({ before: before.value.id, after: after.value.id, differences }, 2)}\n`
      : differences.map((difference) => `${visible(line(difference))}\n`).join('') || 'nothing changed\n';
  process.stdout.write(text);
  return differences.length === 0 ? EXIT.ok : EXIT.failed;
}

function line({ endpoint, what, text }: Difference): string {
  const sign = what === 'added' ? '+' : what === 'removed' ? '-' : '~';
  return `${sign} ${endpoint}: ${text}`;
}

/** Reports are read as JSON, not as YAML: they may be large, and a program wrote them. A page contains one, too. */
async function readReport(path: string): Promise<ParseResult<Report>> {
  const { readText } = await import('../input/request/read-text.ts');
  const { Report: ReportSchema, REPORT_SCHEMA } = await import('../engine/report-schema.ts');
  const { describeIssue, pathText } = await import('../input/request/issue.ts');
  const { reportDataOf } = await import('../report/signature/page.ts');
  const text = await readText(path);
  if (!text.ok) return text;
  const data = reportDataOf(text.value);
  if (!data.ok) return inputError(`${path}: ${data.reason}`);
  const report = ReportSchema.safeParse(data.value, { reportInput: true });
  if (report.success) return parsed(report.data);
  const { path: place, message } = describeIssue(report.error);
  return inputError(`${path}: no report of ${REPORT_SCHEMA}: ${pathText(place)}: ${message}`);
}
