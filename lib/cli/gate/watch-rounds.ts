/** The loop of a watch: a round every so often, and a line for each change. */
import { type GateState, mayAskAgain } from '../../engine/gate/next-step.ts';
import type { Report } from '../../engine/report-schema.ts';
import { updateReport } from '../../report/merge.ts';
import type { Pacing } from './pacing.ts';
import { tellAll, tellChanges } from './told.ts';
import { type GateProbe, stateAfter } from './wait-for-all.ts';

interface WatchTimes {
  readonly everyMs: number;
  /** Absent: until Ctrl-C. */
  readonly forMs?: number;
}

/**
 * @param write after each round, with the whole state
 * @returns the last state
 */
export async function watchRounds(
  probe: GateProbe<{ readonly report: Report }, never>,
  { everyMs, forMs = Number.POSITIVE_INFINITY }: WatchTimes,
  pacing: Pacing,
  write: (report: Report) => Promise<void>,
): Promise<Report> {
  let at = pacing.now();
  const deadline = at + forMs;
  let { report } = await probe(undefined);
  let state = stateAfter(undefined, report.endpoints, at, true);
  await write(report);
  if (!pacing.signal?.aborted) tellAll(state);
  for (;;) {
    const planned = at + everyMs;
    if (pacing.signal?.aborted || planned > deadline) return report;
    await pacing.until(planned);
    if (pacing.signal?.aborted) return report;
    // A timer may come a little early, and the pauses of mail servers are counted in whole rounds.
    at = Math.max(planned, pacing.now());
    const only = dueAt(state, at);
    if (only?.length === 0) continue;
    const next = await probe(only);
    // A round that was cut off says less than the one before it.
    if (pacing.signal?.aborted) return report;
    tellChanges(state, next.report.endpoints);
    state = stateAfter(state, next.report.endpoints, at, only === undefined);
    report = only === undefined ? next.report : updateReport(report, next.report);
    await write(report);
  }
}

/** Ids of those that may be asked now; absent: all. */
function dueAt({ known }: GateState, at: number): readonly string[] | undefined {
  const due = known.filter((one) => mayAskAgain(one, at)).map(({ endpoint }) => endpoint.id);
  return due.length === known.length ? undefined : due;
}
