import type { StopNotice } from '../model/fleet.ts';
import { printable } from '../net/printable.ts';
import { utc } from '../report/words.ts';

/** One line for whoever wanted the fleet to do something. */
export const stoppedWords = ({ by, at, reason }: StopNotice): string =>
  `the fleet was stopped at ${utc(at)} by ${printable(by, 200)}: ${printable(reason, 300)}`;
