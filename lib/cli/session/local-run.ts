/** One measurement from this machine, as `check` makes it once, and its gate and watch again and again. */
import { createLocalContext } from '../../engine/context.ts';
import type { ReflectorAsk } from '../../engine/measure/reflector.ts';
import { createSources } from '../../engine/measure/sources.ts';
import type { ReportTail } from '../../engine/report-schema.ts';
import { runCheck } from '../../engine/run/run.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { runKey } from '../../kinds/listener/proof.ts';
import { probes } from '../../kinds/probes.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { RunSettings } from '../../model/request.ts';
import { createKernelAccess } from '../../net/kernel-access.ts';
import type { Progress } from '../../report/progress.ts';
import type { RunSession } from './session.ts';

/** What a run asks of a listener with: the same for runs whose reports become one. */
export interface RunIdentity {
  readonly id: string;
  readonly wordsSeed: string;
}

interface LocalRun {
  readonly endpoints: Iterable<Endpoint>;
  readonly events: RunEvents;
  readonly signal: AbortSignal;
  /** Absent: a new one. */
  readonly identity?: RunIdentity;
}

/** The budget of the whole run (`settings.deadlineMs`) counts from this call. */
export function measureHere(
  { settings, profile, asked, notice, listener, reflector }: RunSession,
  { endpoints, events, signal, identity }: LocalRun,
): Promise<ReportTail> {
  const local = createLocalContext(settings, signal);
  const { id, wordsSeed } = identity ?? newIdentity(local);
  const context = {
    ...local,
    kernel: createKernelAccess(local),
    ...(listener !== undefined && { listener: runSecret(listener, id, wordsSeed) }),
  };
  return runCheck({
    id,
    ...(profile !== undefined && { profile }),
    ...(asked !== undefined && { asked }),
    endpoints,
    settings,
    context,
    probes,
    vantage: { id: context.vantage, kind: 'local' },
    events,
    signal,
    ...(notice !== undefined && { notice }),
    ...(reflector !== undefined && {
      sources: createSources(asksOf(reflector, settings, context), settings, signal),
    }),
  });
}

export const newIdentity = ({ randomHex }: Pick<ProbeContext, 'randomHex'>): RunIdentity => ({
  id: randomHex(8),
  wordsSeed: randomHex(16),
});

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

/** Without a terminal the code that draws is not even loaded. */
export async function openProgress(isWanted: boolean, total: number): Promise<Progress> {
  if (!isWanted || !process.stderr.isTTY) return { clear: () => undefined, stop: () => undefined };
  const { createProgress } = await import('../../report/progress.ts');
  return createProgress({ stream: process.stderr, env: process.env, total, now: () => performance.now() });
}

/** One stream of events for two listeners; the second may slow the run down. */
export function both(progress: RunEvents, reports: RunEvents): RunEvents {
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
