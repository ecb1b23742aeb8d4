import { EXIT } from './exit-status.ts';
import { message } from './message.ts';

/** 128 + SIGTERM. */
const TERMINATED = 143;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Ends the run without a signal: its reports have no reader. */
  abort(): void;
  /** Exit status for a signal. */
  readonly status: number | undefined;
  /** Signals have their usual effect again. */
  release(): void;
}

/** The first Ctrl-C (or SIGTERM) ends the run, which then reports what it has; the second ends the process. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let status: number | undefined;
  const handle = (signal: NodeJS.Signals): void => {
    if (status !== undefined) process.exit(status);
    status = signal === 'SIGINT' ? EXIT.interrupted : TERMINATED;
    message('stopping; what was measured so far follows (once more to stop at once)');
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    get status() {
      return status;
    },
    release() {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
