/**
 * Runs wait for one of a few places; what is in the queue is in the database, too. Nobody who asks for much keeps others
 * waiting for long:
 *
 * - Runs that a person or a pipeline waits for go before scheduled ones, and find a place that schedules never take; but
 *   one place is for schedules as long as any of them waits.
 * - Requesters take turns: who was served longest ago is next. One has at most all places but one, a target at most two.
 */

export interface QueuedRun {
  /** Nobody waits for it. */
  readonly isScheduled: boolean;
  readonly requestedBy: string;
  readonly targets: readonly string[];
}

export interface RunQueue {
  add(runId: string, run: QueuedRun, work: (signal: AbortSignal) => Promise<void>): void;
  /** Takes it out of the line, or ends it if it is under way. */
  abort(runId: string): void;
  /** How many wait that were not started by a schedule: of each schedule there is one at most. */
  waiting(): number;
  /** Begins none any more, ends those under way, and waits for their end. */
  close(): Promise<void>;
}

interface Waiting {
  readonly run: QueuedRun;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

interface UnderWay {
  readonly run: QueuedRun;
  readonly ending: AbortController;
  readonly end: Promise<void>;
}

/** Runs of one target side by side. */
const MOST_OF_TARGET = 2;

/**
 * @param places two or more
 * @param work of `add`: must not reject
 */
export function createRunQueue({ places }: { readonly places: number }): RunQueue {
  const line = new Map<string, Waiting>();
  const underWay = new Map<string, UnderWay>();
  /** By requester: the number of the start at which it was last served. */
  const served = new Map<string, number>();
  let starts = 0;
  let closed = false;

  const made = (matches: (run: QueuedRun) => boolean): number =>
    [...underWay.values()].filter(({ run }) => matches(run)).length;
  const mayBegin = ({ isScheduled, requestedBy, targets }: QueuedRun): boolean =>
    !(isScheduled && made((other) => other.isScheduled) >= places - 1) &&
    made((other) => other.requestedBy === requestedBy) < places - 1 &&
    targets.every((name) => made((other) => other.targets.includes(name)) < MOST_OF_TARGET);
  /** Of several that were served as long ago the one that waits longest. */
  const firstOf = (isScheduled: boolean): string | undefined => {
    let best: { readonly runId: string; readonly at: number } | undefined;
    for (const [runId, { run }] of line) {
      if (run.isScheduled !== isScheduled || !mayBegin(run)) continue;
      const at = served.get(run.requestedBy) ?? 0;
      if (best === undefined || at < best.at) best = { runId, at };
    }
    return best?.runId;
  };
  /** The last free place is for a schedule where none of them has one; the others are first of all for who waits. */
  const chosen = (): string | undefined => {
    const isOwed = underWay.size === places - 1 && made(({ isScheduled }) => isScheduled) === 0;
    return isOwed ? (firstOf(true) ?? firstOf(false)) : (firstOf(false) ?? firstOf(true));
  };

  const next = (): void => {
    if (closed || underWay.size >= places) return;
    const runId = chosen();
    const waiting = runId === undefined ? undefined : line.get(runId);
    if (runId === undefined || waiting === undefined) return;
    line.delete(runId);
    starts += 1;
    served.set(waiting.run.requestedBy, starts);
    const ending = new AbortController();
    const end = waiting.work(ending.signal).finally(() => {
      underWay.delete(runId);
      next();
    });
    underWay.set(runId, { run: waiting.run, ending, end });
    next();
  };
  return {
    add(runId, run, work) {
      line.set(runId, { run, work });
      next();
    },
    abort(runId) {
      line.delete(runId);
      underWay.get(runId)?.ending.abort();
    },
    waiting: () => [...line.values()].filter(({ run }) => !run.isScheduled).length,
    async close() {
      closed = true;
      line.clear();
      for (const { ending } of underWay.values()) ending.abort();
      await Promise.all([...underWay.values()].map(({ end }) => end));
    },
  };
}
