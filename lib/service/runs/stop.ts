import type { StopNotice } from '../../model/stop-notice.ts';
import { utc } from '../../model/units.ts';
import { printable } from '../../net/printable.ts';

/** One line for the person who wanted something to run. A station stops as a fleet does, so it names neither. */
export const stoppedWords = ({ by, at, reason }: StopNotice): string =>
  `everything was stopped at ${utc(at)} by ${printable(by, 200)}: ${printable(reason, 300)}`;
