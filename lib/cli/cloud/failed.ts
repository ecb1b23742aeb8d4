import { isProblem } from '../../api/problem-kinds.ts';
import type { Asking } from '../../ports/api-client.ts';
import { visible } from '../../report/visible.ts';
import { EXIT } from '../exit-status.ts';
import { message } from '../message.ts';

/** Prints the one line of a request that came to nothing, and gives the exit status. */
export function failed(asking: Exclude<Asking<unknown>, { status: 'answered' }>): number {
  if (asking.status === 'unreachable') {
    message(`the API can't be reached: ${visible(asking.message)}`);
    return EXIT.unavailable;
  }
  const { problem } = asking;
  message(visible(`${problem.title}: ${problem.detail}`));
  return isOurs(problem) ? EXIT.unavailable : EXIT.usage;
}

/** Nothing that the caller could mend by asking otherwise. */
const isOurs = (problem: Parameters<typeof isProblem>[0]): boolean =>
  (['stopped', 'unavailable', 'internal', 'rate-limited'] as const).some((kind) => isProblem(problem, kind));
