import { createLocalContext } from '../adapters/local/context.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { ReportTail } from '../model/report.ts';
import type { RunSettings } from '../model/request.ts';
import { probes } from '../probe/registry.ts';
import type { Progress } from '../report/progress.ts';
import { runCheck } from '../run/run.ts';
import type { RunEvents } from '../run/run-events.ts';
import { EXIT, exitStatusOf } from './exit-status.ts';
import { onInterrupt } from './interrupt.ts';
import { message, refuse } from './message.ts';
import type { Output } from './output-plan.ts';
import { openReports } from './report-writer.ts';
import { terminalOptions } from './terminal-options.ts';

export interface Session {
  readonly profile?: string;
  readonly endpoints: Iterable<Endpoint>;
  readonly settings: RunSettings;
  readonly outputs: readonly Output[];
  /** How many endpoints there are; for progress. */
  readonly count: number;
  readonly verbose: boolean;
  /** Show progress on standard error, if that is a terminal. */
  readonly progress: boolean;
  readonly notice?: string;
}

export interface SessionEnd {
  readonly status: number;
  /** Absent when the run did not start. */
  readonly tail?: ReportTail;
}

/** Runs a check from this machine: probes, progress, reports, Ctrl-C, exit status. */
export async function runSession(session: Session): Promise<SessionEnd> {
  const { settings, endpoints, profile, notice } = session;
  const interrupt = onInterrupt();
  let unread = false;
  const progress = await openProgress(session);
  const reports = await openReports(session.outputs, {
    stdout: process.stdout,
    terminal: terminalOptions(process.stdout, session.verbose),
    beforeStdout: process.stdout.isTTY ? progress.clear : () => undefined,
    onAllBroken: () => {
      unread = true;
      interrupt.abort();
    },
  });
  if (!reports.ok) return { status: refuse(reports) };
  const context = createLocalContext(settings, interrupt.signal);
  const tail = await runCheck({
    id: context.randomHex(8),
    ...(profile !== undefined && { profile }),
    endpoints,
    settings,
    context,
    probes,
    vantage: { id: context.vantage, kind: 'local' },
    events: both(progress, reports.value.events),
    signal: interrupt.signal,
    ...(notice !== undefined && { notice }),
  });
  progress.stop();
  const faults = await reports.value.close();
  interrupt.release();
  for (const fault of faults) message(fault);
  return { status: statusOf(tail, interrupt.status, unread, faults), tail };
}

/** Where nobody watches, the code that draws is not even loaded. */
async function openProgress({ progress, count }: Session): Promise<Progress> {
  if (!progress || !process.stderr.isTTY) return { clear: () => undefined, stop: () => undefined };
  const { createProgress } = await import('../report/progress.ts');
  return createProgress({
    stream: process.stderr,
    env: process.env,
    total: count,
    now: () => performance.now(),
  });
}

/** One stream of events for two listeners; the second may hold the run back. */
function both(progress: RunEvents, reports: RunEvents): RunEvents {
  return {
    ...progress,
    ...reports,
    endpoint: (report) => {
      void progress.endpoint?.(report);
      return reports.endpoint?.(report);
    },
    end: (tail) => {
      progress.end?.(tail);
      reports.end?.(tail);
    },
  };
}

function statusOf(
  tail: ReportTail,
  interrupted: number | undefined,
  unread: boolean,
  faults: readonly string[],
): number {
  if (interrupted !== undefined) return interrupted;
  if (unread) return EXIT.pipe;
  if (faults.length > 0) return EXIT.io;
  return exitStatusOf(tail.verdict);
}
