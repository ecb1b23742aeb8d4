/** Notices when this process itself was stopped or got no CPU time: what it missed then proves nothing about the far end. */
import type { Late } from '../model/observed.ts';
import { roundMs, systemClock } from './clock.ts';
import type { Clock } from './network-access.ts';

/** How often the event loop is looked at while an attempt is under way, ms. */
const TICK_MS = 50;
/** Turns of the event loop that are longer than this count as a stall, ms; shorter ones are normal. */
const STALL_MS = 100;
/** Attempts that are made before the result of a late one is used as it is. */
const MAX_ATTEMPTS = 2;

/** Adds up the stalls of this process's event loop, for any reason. */
export interface LagWatch {
  /** Starts watching. */
  begin(): {
    /** Milliseconds of stalls since then, the one that is just over included. */
    ms(): number;
    /** The same, and ends this watching. */
    end(): number;
  };
}

/**
 * Runs a timer regularly, as long as anything watches, and counts the time by which the timer was late as a stall. A stop by SIGSTOP,
 * a frozen Lambda function, an overloaded machine and a long computation of our own all look the same here.
 */
export function createLagWatch(clock: Clock): LagWatch {
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastTick = 0;
  let total = 0;

  /** The stall that began with the last tick, if it is one by now. */
  const since = (now: number): number => {
    const late = now - lastTick - TICK_MS;
    return late >= STALL_MS ? late : 0;
  };
  const tick = (): void => {
    const now = clock.monotonic();
    total += since(now);
    lastTick = now;
  };

  return {
    begin() {
      if (watchers === 0) {
        lastTick = clock.monotonic();
        timer = setInterval(tick, TICK_MS);
        timer.unref();
      }
      watchers += 1;
      const before = total + since(clock.monotonic());
      const ms = (): number => Math.max(0, total + since(clock.monotonic()) - before);
      return {
        ms,
        end() {
          const stalled = ms();
          watchers -= 1;
          if (watchers === 0) clearInterval(timer);
          return stalled;
        },
      };
    },
  };
}

/** The stall watch of this process's one event loop. */
export const ownLag: LagWatch = createLagWatch(systemClock);

/** How much of an attempt's budget may be lost to stalls before the attempt proves nothing about silence, ms. */
export const toleratedLag = (budgetMs: number): number => Math.max(250, budgetMs / 10);

export interface TimelyOptions<T> {
  /** Default: the stall watch of this process. */
  readonly watch?: LagWatch;
  /** Of one attempt, ms. */
  readonly budgetMs: number;
  /**
   * Does the outcome say that something did not come in time, or that the peer gave up? Only that can be caused by our own
   * delay: what was received stays true however late it was read.
   */
  readonly restsOnTime: (outcome: T) => boolean;
  /** Ends the run: nothing is tried again after that. */
  readonly deadline: AbortSignal;
}

export interface Timely<T> {
  readonly outcome: T;
  /** Present when the outcome depends on time and this process was late in every attempt. */
  readonly late?: Late;
  /** Milliseconds of stalls in the attempts whose outcome was discarded. */
  readonly thrownAway: readonly number[];
}

/**
 * Makes an attempt, and makes it again when this process was late in it and its outcome depends on time. A peer that is
 * really silent is found silent by the attempt without stalls; if there is none, the cause is this machine alone.
 */
export async function timely<T>(attempt: () => Promise<T>, options: TimelyOptions<T>): Promise<Timely<T>> {
  const { watch = ownLag, budgetMs, restsOnTime, deadline } = options;
  const thrownAway: number[] = [];
  for (;;) {
    const watching = watch.begin();
    let stalled = 0;
    let outcome: T;
    try {
      outcome = await attempt();
    } finally {
      stalled = roundMs(watching.end());
    }
    if (stalled <= toleratedLag(budgetMs) || !restsOnTime(outcome)) return { outcome, thrownAway };
    if (thrownAway.length + 1 >= MAX_ATTEMPTS || deadline.aborted) {
      return { outcome, thrownAway, late: { ms: stalled, budgetMs, attempts: thrownAway.length + 1 } };
    }
    thrownAway.push(stalled);
  }
}
