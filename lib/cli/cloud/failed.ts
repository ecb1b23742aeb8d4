import { isProblem } from '../../api/problem-kinds.ts';
import type { Asking } from '../../ports/api-client.ts';
import { visible } from '../../report/visible.ts';
import { EXIT } from '../exit-status.ts';
import { message } from '../message.ts';

export type Failed = Exclude<Asking<unknown>, { status: 'answered' }>;

/** What the command line calls the API's operations that its refusals point to. */
const COMMANDS: Readonly<Record<string, string>> = {
  'GET /targets': 'inbound-check target list',
  'GET /schedules': 'inbound-check schedule list',
  'GET /shares': 'inbound-check share list',
  'GET /webhooks': 'inbound-check webhook list',
};

/** Prints the one line of a request that came to nothing, and gives the exit status. */
export function failed(asking: Failed): number {
  message(visible(wordsOf(asking)));
  return isTheCallers(asking) ? EXIT.usage : EXIT.unavailable;
}

/** Whether asking otherwise would mend it; the same request may succeed later if not. */
export const isTheCallers = (asking: Failed): boolean =>
  asking.status === 'refused' &&
  !(['stopped', 'unavailable', 'internal', 'rate-limited'] as const).some((kind) =>
    isProblem(asking.problem, kind),
  );

function wordsOf(asking: Failed): string {
  if (asking.status === 'unreachable') return asking.message;
  const { problem } = asking;
  if (isProblem(problem, 'internal')) return `${problem.title}: ${problem.detail}`;
  if (isProblem(problem, 'stopped'))
    return `${problem.detail}; inbound-check fleet resume lets it go on (policy inbound-check-operator)`;
  // The title says no more than the detail does, and both would be two sentences for one mistake.
  return problem.detail
    .replace(/^(?:path|params|query|body|targets\[0\])\.(?=\w+: )/, '')
    .replace(/^settings\.(\w+): /, (_, name: string) => `--${kebab(name)}: `)
    .replace(/: see (GET \/\w+)$/, (whole, operation: string) => {
      const command = COMMANDS[operation];
      return command === undefined ? whole : `: see ${command}`;
    });
}

/** `confirmPause` as the flag is written. */
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
