import { Command, Option } from 'commander';
import type { Difference } from '../engine/compare/report-diff.ts';
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
  const { readReport } = await import('./read-report.ts');
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
