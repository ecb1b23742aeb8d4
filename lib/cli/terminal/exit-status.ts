import type { Verdict } from '../../model/vocabulary.ts';

/** The exit statuses of the process. */
export const EXIT = {
  /** All expectations met; warnings allowed. */
  ok: 0,
  /** An expectation failed (for `diff`: the reports differ). */
  failed: 1,
  /** The prober could not decide. */
  inconclusive: 2,
  /** `verify`: intact, but signed by a key that the reader neither named nor pinned. */
  keyNotKnown: 3,
  /** Wrong usage or input (EX_USAGE of sysexits.h). */
  usage: 64,
  /** The fleet or station can't be reached, is stopped, or asks to come again later (EX_UNAVAILABLE). */
  unavailable: 69,
  /** A fault of this program (EX_SOFTWARE). */
  software: 70,
  /** A report could not be written, as on a full disk (EX_IOERR). */
  io: 74,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
  /** The reader of standard output closed: 128 + SIGPIPE. */
  pipe: 141,
} as const;

export function exitStatusOf(verdict: Verdict): number {
  switch (verdict) {
    case 'pass':
    case 'warn':
      return EXIT.ok;
    case 'fail':
      return EXIT.failed;
    case 'inconclusive':
      return EXIT.inconclusive;
    default:
      verdict satisfies never;
      return EXIT.software;
  }
}

/** Commands set their exit status through this; `main` returns it. */
export type SetStatus = (status: number) => void;
