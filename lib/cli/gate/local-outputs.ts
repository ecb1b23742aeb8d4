/** Reports of a state that is complete, as often as it is written. */
import type { Report } from '../../engine/report-schema.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import type { ParseResult } from '../../model/input-error.ts';
import type { Seal } from '../../report/signature/signature.ts';
import { headOf, tailOf } from '../../report/whole.ts';
import type { Output } from '../output/output-plan.ts';
import { openReports, type ReportWriter } from '../output/report-writer.ts';
import { withRulesAlone } from '../session/run-session.ts';
import type { RunSession } from '../session/session.ts';
import { terminalOptions } from '../terminal/terminal-options.ts';

export const openLocalReports = (
  { verbose, firewall, language }: Pick<RunSession, 'verbose' | 'firewall' | 'language'>,
  outputs: readonly Output[],
  seal: Seal | undefined,
  onAllBroken: () => void = () => undefined,
): Promise<ParseResult<ReportWriter>> =>
  openReports(outputs, {
    stdout: process.stdout,
    terminal: {
      ...terminalOptions(process.stdout, verbose),
      ...(firewall !== undefined && { rules: true }),
      ...(language !== undefined && { language }),
      ...(seal && { seal }),
    },
    beforeStdout: () => undefined,
    onAllBroken,
  });

/** @returns the faults that lost a report, in words */
export async function writeLocally(
  report: Report,
  writer: ReportWriter,
  firewall: string | undefined,
  before: (events: RunEvents) => RunEvents = (events) => events,
): Promise<string[]> {
  const events = before(withRulesAlone(firewall, writer.events));
  const tail = tailOf(report);
  events.begin?.(headOf(tail));
  for (const endpoint of report.endpoints) await events.endpoint?.(endpoint);
  events.end?.(tail);
  return writer.close();
}
