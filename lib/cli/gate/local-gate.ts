/** `check --gate`: wait until everything passes, seen from this machine. */
import { openSeal } from '../output/seal.ts';
import { openHistory, sessionStatus } from '../session/run-session.ts';
import type { RunSession } from '../session/session.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { message, refuse } from '../terminal/message.ts';
import { openLocalReports, writeLocally } from './local-outputs.ts';
import { localProbe } from './local-probe.ts';
import { realPacing } from './pacing.ts';
import type { GateTimes } from './times.ts';
import { waitForAll } from './wait-for-all.ts';

/** Reports are written once, of the last state, and so is the history. */
export async function runLocalGate(session: RunSession, times: GateTimes): Promise<number> {
  const interrupt = onInterrupt();
  let isUnread = false;
  const seal = session.sign ? await openSeal(session.outputs) : undefined;
  const writer = await openLocalReports(session, session.outputs, seal, () => {
    isUnread = true;
  });
  if (!writer.ok) return refuse(writer);
  const { signal } = interrupt;
  const { report } = await waitForAll(localProbe(session, signal), times, realPacing(signal));
  const history = session.history ? await openHistory() : undefined;
  const faults = await writeLocally(report, writer.value, session.firewall, history?.before);
  await history?.close();
  interrupt.release();
  for (const fault of faults) message(fault);
  return sessionStatus(report, interrupt.status, isUnread, faults);
}
