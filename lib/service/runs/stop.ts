import type { StopNotice } from '../../model/stop-notice.ts';
import { utc } from '../../model/units.ts';
import { printable } from '../../net/printable.ts';

/** One line for the person who wanted the fleet to do something. */
export const stoppedWords = ({ by, at, reason }: StopNotice): string =>
  `the fleet was stopped at ${utc(at)} by ${printable(by, 200)}: ${printable(reason, 300)}`;
