/** A report that is at hand whole, written anew in the forms that were asked for. */
import type { Report } from '../../engine/report-schema.ts';
import type { ReportLanguage } from '../../report/language/report-language.ts';
import { headOf, tailOf } from '../../report/whole.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { terminalOptions } from '../terminal/terminal-options.ts';
import type { Output } from './output-plan.ts';
import { openReports } from './report-writer.ts';
import { openSeal } from './seal.ts';

/** @returns the exit status: 0, or that of an output that could not be written */
export async function writeReport(
  report: Report,
  outputs: readonly Output[],
  options: { readonly verbose?: boolean; readonly lang?: ReportLanguage; readonly sign: boolean },
): Promise<number> {
  const seal = options.sign ? await openSeal(outputs) : undefined;
  const reports = await openReports(outputs, {
    stdout: process.stdout,
    terminal: {
      ...terminalOptions(process.stdout, options.verbose ?? false),
      ...(options.lang !== undefined && { language: options.lang }),
      ...(seal && { seal }),
    },
    beforeStdout: () => undefined,
    onAllBroken: () => undefined,
  });
  if (!reports.ok) return refuse(reports);
  const { events, close } = reports.value;
  const tail = tailOf(report);
  events.begin?.(headOf(tail));
  for (const endpoint of report.endpoints) await events.endpoint?.(endpoint);
  events.end?.(tail);
  const faults = await close();
  for (const fault of faults) message(fault);
  return faults.length > 0 ? EXIT.io : EXIT.ok;
}
