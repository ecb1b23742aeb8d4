/** Calls back later, if the process is still there. */
export interface Timers {
  /** Gives what cancels it. */
  after(ms: number, work: () => void): () => void;
}

/** They keep no process alive. */
export const systemTimers: Timers = {
  after(ms, work) {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};
