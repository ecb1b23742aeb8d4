/** `check --watch`: checks again and again from this machine until it is told to stop. */
import type { Report } from '../../engine/report-schema.ts';
import { openSeal } from '../output/seal.ts';
import { openHistory, sessionStatus } from '../session/run-session.ts';
import type { RunSession } from '../session/session.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { message, refuse } from '../terminal/message.ts';
import { openLocalReports, writeLocally } from './local-outputs.ts';
import { localProbe } from './local-probe.ts';
import { realPacing } from './pacing.ts';
import { watchRounds } from './watch-rounds.ts';

/** Files are replaced after each round; standard output gets the last one, in the end. */
export async function runLocalWatch(
  session: RunSession,
  times: { readonly everyMs: number; readonly forMs?: number },
): Promise<number> {
  const toFiles = session.outputs.filter(({ path }) => path !== undefined);
  const toStdout = session.outputs.filter(({ path }) => path === undefined);
  const seal = session.sign ? await openSeal(session.outputs) : undefined;
  // Before anything is probed, so that a bad path is known at once.
  const first = await openLocalReports(session, toFiles, seal);
  if (!first.ok) return refuse(first);
  let opened: typeof first | undefined = first;
  const interrupt = onInterrupt();
  const history = session.history ? await openHistory() : undefined;
  let faults: string[] = [];
  const write = async (report: Report): Promise<void> => {
    const writer = opened ?? (await openLocalReports(session, toFiles, seal));
    opened = undefined;
    faults = writer.ok ? await writeLocally(report, writer.value, session.firewall) : [writer.message];
    for (const fault of faults) message(fault);
  };
  const { signal } = interrupt;
  const probe = localProbe(session, signal, history?.before);
  const report = await watchRounds(probe, times, realPacing(signal), write);
  await history?.close();
  let isUnread = false;
  const last = await openLocalReports(session, toStdout, seal, () => {
    isUnread = true;
  });
  if (last.ok) faults = [...faults, ...(await writeLocally(report, last.value, session.firewall))];
  interrupt.release();
  return sessionStatus(report, interrupt.status, isUnread, faults);
}
