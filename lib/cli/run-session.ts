import { createLocalContext } from '../engine/context.ts';
import type { ReflectorAsk } from '../engine/measure/reflector.ts';
import { createSources } from '../engine/measure/sources.ts';
import type { MeasuredWith, ReportTail } from '../engine/report-schema.ts';
import { runCheck } from '../engine/run/run.ts';
import type { RunEvents } from '../engine/run/run-events.ts';
import type { ProbeContext } from '../kinds/contract/probe.ts';
import type { ListenerCode } from '../kinds/listener/code.ts';
import { runKey } from '../kinds/listener/proof.ts';
import { probes } from '../kinds/probes.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { RunSettings } from '../model/request.ts';
import { createKernelAccess } from '../net/kernel-access.ts';
import type { Progress } from '../report/progress.ts';
import { type AskWords, holdReports } from './held-reports.ts';
import { withRulesOf } from './options/firewall-option.ts';
import type { Output } from './output/output-plan.ts';
import { openReports } from './output/report-writer.ts';
import { openSeal } from './output/seal.ts';
import type { SessionHistory } from './session-history.ts';
import { EXIT, exitStatusOf } from './terminal/exit-status.ts';
import { onInterrupt } from './terminal/interrupt.ts';
import { message, refuse } from './terminal/message.ts';
import { terminalOptions } from './terminal/terminal-options.ts';

export interface RunSession {
  readonly profile?: string;
  /** What assertions and profiles change about the meaning of a pass. */
  readonly asked?: readonly MeasuredWith[];
  readonly endpoints: Iterable<Endpoint>;
  readonly settings: RunSettings;
  readonly outputs: readonly Output[];
  /** How many endpoints there are; for progress. */
  readonly count: number;
  readonly verbose: boolean;
  /** Show progress on standard error, if that is a terminal. */
  readonly progress: boolean;
  /** Name of the product whose firewall rules are wanted; absent: all. */
  readonly firewall?: string;
  readonly notice?: string;
  /** URL that says which source address it sees; asked when the first public address is met. */
  readonly reflector?: string;
  /** Endpoints are asked as listeners; with the code their proofs are judged. */
  readonly listener?: { readonly code?: ListenerCode };
  /** Asks a person, once everything is measured and before any report is written. */
  readonly askWords?: AskWords;
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
export async function runSession(session: RunSession): Promise<SessionEnd> {
  const { settings, endpoints, profile, asked, notice } = session;
  const interrupt = onInterrupt();
  let unread = false;
  const seal = session.sign ? await openSeal(session.outputs) : undefined;
  const progress = await openProgress(session);
  const reports = await openReports(session.outputs, {
    stdout: process.stdout,
    terminal: {
      ...terminalOptions(process.stdout, session.verbose),
      ...(session.firewall !== undefined && { rules: true }),
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
  const local = createLocalContext(settings, interrupt.signal);
  const id = local.randomHex(8);
  const context = {
    ...local,
    kernel: createKernelAccess(local),
    ...(session.listener !== undefined && { listener: runSecret(session.listener, id, local.randomHex(16)) }),
  };
  const history = session.history ? await openHistory() : undefined;
  const kept = history ? history.before(written) : written;
  const held = session.askWords && holdReports(kept, session.askWords);
  const measured = await runCheck({
    id,
    ...(profile !== undefined && { profile }),
    ...(asked !== undefined && { asked }),
    endpoints,
    settings,
    context,
    probes,
    vantage: { id: context.vantage, kind: 'local' },
    events: both(progress, held?.events ?? kept),
    signal: interrupt.signal,
    ...(notice !== undefined && { notice }),
    ...(session.reflector !== undefined && {
      sources: createSources(asksOf(session.reflector, settings, context), settings, interrupt.signal),
    }),
  });
  progress.stop();
  const tail = (await held?.release(interrupt.signal)) ?? measured;
  const faults = await reports.value.close();
  await history?.close();
  interrupt.release();
  for (const fault of faults) message(fault);
  return { status: statusOf(tail, interrupt.status, unread, faults), tail };
}

/** The prober gets the key of this run, never the code. */
const runSecret = (
  { code }: NonNullable<RunSession['listener']>,
  run: string,
  wordsSeed: string,
): NonNullable<ProbeContext['listener']> => ({
  run,
  wordsSeed,
  ...(code !== undefined && { key: runKey(code, run) }),
});

/** Over each family that is both wanted and there. */
const asksOf = (
  url: string,
  { family: wanted }: RunSettings,
  { families = [4, 6] }: ProbeContext,
): ReflectorAsk[] =>
  families
    .filter((family) => wanted === 'both' || wanted === String(family))
    .map((family) => ({ family, url }));

async function openHistory(): Promise<SessionHistory> {
  const { createSessionHistory } = await import('./session-history.ts');
  return createSessionHistory(process.env, message);
}

/** Without a terminal the code that draws is not even loaded. */
async function openProgress({ progress, count }: RunSession): Promise<Progress> {
  if (!progress || !process.stderr.isTTY) return { clear: () => undefined, stop: () => undefined };
  const { createProgress } = await import('../report/progress.ts');
  return createProgress({
    stream: process.stderr,
    env: process.env,
    total: count,
    now: () => performance.now(),
  });
}

/** Keeps only the rules of one product in the report. */
function withRulesAlone(product: string | undefined, events: RunEvents): RunEvents {
  if (product === undefined) return events;
  return {
    ...events,
    endpoint: (report) => events.endpoint?.(withRulesOf(product, report)),
  };
}

/** One stream of events for two listeners; the second may slow the run down. */
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
