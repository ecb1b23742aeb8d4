/** Progress of a run of a fleet or station, for a terminal: a line for each vantage's answer, and one that is rewritten. */

import { CLOSED_SUFFIX } from '../../engine/plan/endpoint-id.ts';
import type { ProgressStream } from '../../report/progress.ts';
import { clip } from '../../report/terminal/layout.ts';
import { count } from '../../report/words/terms.ts';
import { visible } from '../../report/words/visible.ts';
import type { RunStatus, SeenEndpoint, VantageStatus } from '../../service/contracts/runs.ts';

export interface FleetProgress {
  show(run: RunStatus): void;
  /** Removes the rewritten line before other output. */
  clear(): void;
}

/** Erase the line (ECMA-48 EL 2) after going to its start. */
const ERASE = '\r\u001b[2K';
const NAMED = 3;

/** On anything but a terminal nothing is written at all. */
export function createFleetProgress(
  stream: ProgressStream,
  env: Readonly<Record<string, string | undefined>>,
): FleetProgress {
  if (stream.isTTY !== true || env.TERM === 'dumb') return { show: () => {}, clear: () => {} };
  const told = new Set<string>();
  let drawn = '';
  const clear = (): void => {
    if (drawn !== '') stream.write(ERASE);
    drawn = '';
  };
  return {
    show(run) {
      const fresh = run.vantages.filter((one) => !isWaiting(one) && !told.has(keyOf(one)));
      const width = Math.max(20, (stream.columns ?? 80) - 1);
      const line = run.status === 'running' ? clip(statusLine(run), width) : '';
      if (fresh.length === 0 && line === drawn) return;
      clear();
      for (const vantage of fresh) {
        told.add(keyOf(vantage));
        stream.write(`${visible(vantageLine(vantage))}\n`);
      }
      if (line !== '') stream.write(line);
      drawn = line;
    },
    clear,
  };
}

/** Asked, and has not answered yet. */
const isWaiting = ({ status }: VantageStatus): boolean => status === 'probing' || status === 'starting';

const keyOf = ({ id, attempt }: VantageStatus): string => `${id} ${attempt}`;

/** `eu-west-1: 4 open, 1 filtered: smtp://shop.example.com:25 tcp.filtered` */
export function vantageLine({ id, attempt, status, error, seen = [] }: VantageStatus): string {
  const who = `${id}${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
  if (status === 'lost') return `${who}: gave no result: ${error ?? 'unknown'}`;
  const states = new Map<string, number>();
  for (const { state } of seen) states.set(state, (states.get(state) ?? 0) + 1);
  const counts = [...states].map(([state, number]) => `${number} ${state}`).join(', ');
  const found = seen.filter((one) => !isWanted(one));
  const named = found.slice(0, NAMED).map(({ endpoint, state, cause = state }) => `${endpoint} ${cause}`);
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : '';
  return `${who}: ${counts === '' ? 'answered' : counts}${named.length > 0 ? `: ${named.join(', ')}${more}` : ''}`;
}

/** As far as it is known before judging: the id of an endpoint that has to be closed says so. */
const isWanted = ({ endpoint, state, cause }: SeenEndpoint): boolean =>
  endpoint.endsWith(CLOSED_SUFFIX) ? state === 'closed' || state === 'filtered' : cause === undefined;

/** `probing: 3 of 5 vantages answered, waiting for us-east-1, us-west-2` */
export function statusLine({ step, attempt = 1, vantages }: RunStatus): string {
  const waiting = vantages
    .filter(isWaiting)
    .map(({ id, status }) => (status === 'starting' ? `${id} (starting: some minutes)` : id));
  switch (step) {
    case undefined:
    case 'plan':
      return 'planning';
    case 'probe': {
      const again = attempt > 1 ? ' once more what failed' : '';
      const answered = vantages.length - waiting.length;
      return `probing${again}: ${answered} of ${count(vantages.length, 'vantage')} answered${
        waiting.length > 0 ? `, waiting for ${waiting.join(', ')}` : ''
      }`;
    }
    case 'judge':
      return 'judging';
    case 'pause':
      return 'waiting before what failed is probed again';
    case 'report':
      return 'writing the report';
    case 'publish':
      return 'publishing';
    default:
      return step satisfies never;
  }
}
