/** Runs wait for one of a few places; what is in the queue is in the database, too. */

export interface RunQueue {
  add(runId: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Takes it out of the line, or ends it if it is under way. */
  abort(runId: string): void;
  /** How many wait. */
  waiting(): number;
  /** Begins none any more, ends those under way, and waits for their end. */
  close(): Promise<void>;
}

/** @param work must not reject */
export function createRunQueue({ places }: { readonly places: number }): RunQueue {
  const line = new Map<string, (signal: AbortSignal) => Promise<void>>();
  const underWay = new Map<string, { readonly ending: AbortController; readonly end: Promise<void> }>();
  let closed = false;
  const next = (): void => {
    const [first] = line;
    if (first === undefined || closed || underWay.size >= places) return;
    const [runId, work] = first;
    line.delete(runId);
    const ending = new AbortController();
    const end = work(ending.signal).finally(() => {
      underWay.delete(runId);
      next();
    });
    underWay.set(runId, { ending, end });
    next();
  };
  return {
    add(runId, work) {
      line.set(runId, work);
      next();
    },
    abort(runId) {
      line.delete(runId);
      underWay.get(runId)?.ending.abort();
    },
    waiting: () => line.size,
    async close() {
      closed = true;
      line.clear();
      for (const { ending } of underWay.values()) ending.abort();
      await Promise.all([...underWay.values()].map(({ end }) => end));
    },
  };
}
