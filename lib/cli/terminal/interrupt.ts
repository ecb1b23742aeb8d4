import { EXIT } from './exit-status.ts';
import { message } from './message.ts';

/** 128 + SIGTERM. */
const TERMINATED = 143;
/** 128 + SIGHUP. */
const HUNG_UP = 129;
const NOTICE = 'stopping; what was measured so far follows (once more to stop at once)';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Ends the run without a signal: its reports have no reader. */
  abort(): void;
  /** Exit status for a signal. */
  readonly status: number | undefined;
  /** Signals have their usual effect again. */
  release(): void;
}

/**
 * The first Ctrl-C (or SIGTERM) ends the run, which then reports what it has; the second ends the process.
 *
 * @param endsWithTerminal so does the end of the terminal. Not for what has no terminal: `nohup` wants it to go on
 */
export function onInterrupt(notice = NOTICE, endsWithTerminal = false): Interrupt {
  const controller = new AbortController();
  let status: number | undefined;
  const handle = (signal: NodeJS.Signals): void => {
    if (status !== undefined) process.exit(status);
    status = signal === 'SIGINT' ? EXIT.interrupted : TERMINATED;
    message(notice);
    controller.abort();
  };
  const hangUp = (): void => {
    status ??= HUNG_UP;
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  if (endsWithTerminal) process.on('SIGHUP', hangUp);
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    get status() {
      return status;
    },
    release() {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
      process.off('SIGHUP', hangUp);
    },
  };
}
