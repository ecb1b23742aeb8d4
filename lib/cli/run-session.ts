import { createLocalContext } from '../adapters/local/context.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { ReportTail } from '../model/report.ts';
import type { RunSettings } from '../model/request.ts';
import { probes } from '../probe/registry.ts';
import type { Progress } from '../report/progress.ts';
import { runCheck } from '../run/run.ts';
import type { RunEvents } from '../run/run-events.ts';
import type { Seal } from '../sign/signature.ts';
import { EXIT, exitStatusOf } from './exit-status.ts';
import { onInterrupt } from './interrupt.ts';
import { message, refuse } from './message.ts';
import type { Output } from './output-plan.ts';
import { openReports } from './report-writer.ts';
import type { SessionHistory } from './session-history.ts';
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
  /** Keep the history of endpoints and say what changed. */
  readonly history: boolean;
  /** Sign the reports that can carry a signature. */
  readonly sign: boolean;
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
  const seal = session.sign ? await openSeal(session.outputs) : undefined;
  const progress = await openProgress(session);
  const reports = await openReports(session.outputs, {
    stdout: process.stdout,
    terminal: { ...terminalOptions(process.stdout, session.verbose), ...(seal && { seal }) },
    beforeStdout: process.stdout.isTTY ? progress.clear : () => undefined,
    onAllBroken: () => {
      unread = true;
      interrupt.abort();
    },
  });
  if (!reports.ok) return { status: refuse(reports) };
  const context = createLocalContext(settings, interrupt.signal);
  const history = session.history ? await openHistory() : undefined;
  const tail = await runCheck({
    id: context.randomHex(8),
    ...(profile !== undefined && { profile }),
    endpoints,
    settings,
    context,
    probes,
    vantage: { id: context.vantage, kind: 'local' },
    events: both(progress, history ? history.before(reports.value.events) : reports.value.events),
    signal: interrupt.signal,
    ...(notice !== undefined && { notice }),
  });
  progress.stop();
  const faults = await reports.value.close();
  await history?.close();
  interrupt.release();
  for (const fault of faults) message(fault);
  return { status: statusOf(tail, interrupt.status, unread, faults), tail };
}

/** A report that nobody can sign is still a report: it is written without, and the user hears why. */
async function openSeal(outputs: readonly Output[]): Promise<Seal | undefined> {
  if (!outputs.some(({ format }) => format === 'html' || format === 'json' || format === 'pdf'))
    return undefined;
  const { openSigningKey, signingKeyPath } = await import('../adapters/local/signing-key.ts');
  const { createSeal } = await import('../sign/signature.ts');
  const key = await openSigningKey(signingKeyPath(process.env));
  if (key.ok) return createSeal(key.value, Date.now);
  message(`the report is not signed: ${key.message}`);
  return undefined;
}

async function openHistory(): Promise<SessionHistory> {
  const { createSessionHistory } = await import('./session-history.ts');
  return createSessionHistory(process.env, message);
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
