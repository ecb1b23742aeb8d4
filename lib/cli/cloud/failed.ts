import { flagOf } from '../../input/request/flag-of.ts';
import { visible } from '../../report/words/visible.ts';
import type { Asking } from '../../service/contracts/api-client.ts';
import { isProblem } from '../../service/contracts/problem-kinds.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';

export type Failed = Exclude<Asking<unknown>, { status: 'answered' }>;

/** The commands for the API operations that its refusals mention. */
const COMMANDS: Readonly<Record<string, string>> = {
  'GET /targets': 'inbound-check target list',
  'GET /schedules': 'inbound-check schedule list',
  'GET /shares': 'inbound-check share list',
  'GET /webhooks': 'inbound-check webhook list',
  'GET /vantages': 'inbound-check vantage list',
};

/** Prints the one line of a request that failed, and returns the exit status. */
export function failed(asking: Failed): number {
  message(visible(wordsOf(asking)));
  return isCallersError(asking) ? EXIT.usage : EXIT.unavailable;
}

/** Whether the request has to be changed; if not, the same request may succeed later. */
export const isCallersError = (asking: Failed): boolean =>
  asking.status === 'refused' &&
  !(['stopped', 'unavailable', 'internal', 'rate-limited'] as const).some((kind) =>
    isProblem(asking.problem, kind),
  );

/** The one line of it. */
export function wordsOf(asking: Failed): string {
  if (asking.status === 'unreachable') return asking.message;
  const { problem } = asking;
  if (isProblem(problem, 'internal')) return `${problem.title}: ${problem.detail}`;
  if (isProblem(problem, 'stopped'))
    return `${problem.detail}; inbound-check fleet resume lets it go on (policy inbound-check-operator-REGION)`;
  // The title adds nothing to the detail, and both would be two sentences for one mistake.
  return problem.detail
    .replace(/^(?:path|params|query|body|targets\[0\])\.(?=\w+: )/, '')
    .replace(/^settings\.(\w+): /, (_, name: string) => `${flagOf(name)}: `)
    .replace(/: see (GET \/\w+)$/, (whole, operation: string) => {
      const command = COMMANDS[operation];
      return command === undefined ? whole : `: see ${command}`;
    });
}
