/**
 * Writes that wait while another program holds the database's lock, as a backup or a viewer may: SQLite itself would wait
 * with the whole process. They stand in one line, and one of them tries now and then.
 */
import { isBusy } from './database.ts';

export interface WriteLine {
  /**
   * At once, or as soon as the lock is free. Rejects with what `work` throws: also of the lock, when it was not free
   * within `forMs`.
   */
  write<T>(work: () => T, forMs?: number): Promise<T>;
  /** Nobody waits any more: each has one try. */
  close(): void;
}

export interface WriteLineOptions {
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds that no setting of the clock moves. */
  readonly elapsed: () => number;
}

/** Less than whoever asked the API waits for its answer. */
const WAIT_MS = 15_000;
const PAUSE_MS = 100;

interface Waiting {
  readonly until: number;
  /** False: the lock is not free yet. */
  tryIt(isLast: boolean): boolean;
}

export function createWriteLine({ wait, elapsed }: WriteLineOptions): WriteLine {
  let line: Waiting[] = [];
  let isTrying = false;
  let closed = false;

  const tryAll = async (): Promise<void> => {
    isTrying = true;
    while (line.length > 0) {
      const [first] = line;
      if (first?.tryIt(closed) === true) {
        line.shift();
        continue;
      }
      const late = (one: Waiting): boolean => closed || elapsed() >= one.until;
      line = line.filter((one) => !(late(one) && one.tryIt(true)));
      if (line.length > 0) await wait(PAUSE_MS);
    }
    isTrying = false;
  };

  return {
    write: (work, forMs = WAIT_MS) =>
      new Promise((resolve, reject) => {
        line.push({
          until: elapsed() + forMs,
          tryIt(isLast) {
            try {
              resolve(work());
            } catch (error) {
              if (isBusy(error) && !isLast) return false;
              reject(error);
            }
            return true;
          },
        });
        if (!isTrying) void tryAll();
      }),
    close() {
      closed = true;
    },
  };
}
