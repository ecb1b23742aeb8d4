import type { ReportTail } from '../../engine/report-schema.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import { withRulesOf } from '../options/firewall-option.ts';
import { openReports } from '../output/report-writer.ts';
import { openSeal } from '../output/seal.ts';
import { EXIT, exitStatusOf } from '../terminal/exit-status.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { message, refuse } from '../terminal/message.ts';
import { terminalOptions } from '../terminal/terminal-options.ts';
import { holdReports } from './held-reports.ts';
import { both, measureHere, openProgress } from './local-run.ts';
import type { RunSession } from './session.ts';
import type { SessionHistory } from './session-history.ts';

export interface SessionEnd {
  readonly status: number;
  /** Absent when the run did not start. */
  readonly tail?: ReportTail;
}

/** Runs a check from this machine: probes, progress, reports, Ctrl-C, exit status. */
export async function runSession(session: RunSession): Promise<SessionEnd> {
  const interrupt = onInterrupt();
  let unread = false;
  const seal = session.sign ? await openSeal(session.outputs) : undefined;
  const progress = await openProgress(session.progress, session.count);
  const reports = await openReports(session.outputs, {
    stdout: process.stdout,
    terminal: {
      ...terminalOptions(process.stdout, session.verbose),
      ...(session.firewall !== undefined && { rules: true }),
      ...(session.language !== undefined && { language: session.language }),
      ...(seal && { seal }),
    },
    beforeStdout: process.stdout.isTTY ? progress.clear : () => undefined,
    onAllBroken: () => {
      unread = true;
      interrupt.abort();
    },
  });
  if (!reports.ok) return { status: refuse(reports) };
  const written = withRulesAlone(session.firewall, reports.value.events);
  const history = session.history ? await openHistory() : undefined;
  const kept = history ? history.before(written) : written;
  const held = session.askWords && holdReports(kept, session.askWords);
  const measured = await measureHere(session, {
    endpoints: session.endpoints,
    events: both(progress, held?.events ?? kept),
    signal: interrupt.signal,
  });
  progress.stop();
  const tail = (await held?.release(interrupt.signal)) ?? measured;
  const faults = await reports.value.close();
  await history?.close();
  interrupt.release();
  for (const fault of faults) message(fault);
  return { status: sessionStatus(tail, interrupt.status, unread, faults), tail };
}

export async function openHistory(): Promise<SessionHistory> {
  const { createSessionHistory } = await import('./session-history.ts');
  return createSessionHistory(process.env, message);
}

/** Keeps only the rules of one product in the report. */
export function withRulesAlone(product: string | undefined, events: RunEvents): RunEvents {
  if (product === undefined) return events;
  return {
    ...events,
    endpoint: (report) => events.endpoint?.(withRulesOf(product, report)),
  };
}

export function sessionStatus(
  tail: Pick<ReportTail, 'verdict'>,
  interrupted: number | undefined,
  unread: boolean,
  faults: readonly string[],
): number {
  if (interrupted !== undefined) return interrupted;
  if (unread) return EXIT.pipe;
  if (faults.length > 0) return EXIT.io;
  return exitStatusOf(tail.verdict);
}
