/** A scheduled run that did not start, or failed, as an event like all others from which alerts are made. */

import { createHash } from 'node:crypto';
import { CHANGE_SCHEMA, type ChangeEvent, MAX_EVENT_TEXT, MAX_TITLE } from '../../model/change-event.ts';
import { isoTime } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import type { Trouble } from '../state/schedule-trace.ts';
import type { Schedule } from '../state/schedules.ts';
import { specWords } from './spec.ts';
import type { WatchContext } from './watch-context.ts';

const KIND = {
  missed: 'schedule-missed',
  failed: 'run-failed',
  refused: 'run-failed',
} as const satisfies Record<Trouble['kind'], ChangeEvent['kind']>;

export function troubleEvent(
  schedule: Schedule,
  trouble: Trouble,
  { fleet, now, isStation }: Pick<WatchContext, 'fleet' | 'now' | 'isStation'>,
  runId?: string,
): ChangeEvent {
  const { target } = schedule;
  const { title, what, whose, todo } = WORDS[trouble.kind];
  const due = `${trouble.since.slice(0, 16).replace('T', ' ')} UTC`;
  const text = [
    what(due),
    `Reason: ${printable(trouble.detail, 500)}`,
    `The schedule: ${printable(specWords(schedule.spec), 300)}. Further runs that fail in the same way are not reported.`,
    isStation === true ? whose.replace(OURS, OUR_STATION) : whose,
    `To do: ${isStation === true ? STATION_TODO[trouble.kind] : todo}`,
  ].join('\n');
  return {
    schema: CHANGE_SCHEMA,
    id: createHash('sha256')
      .update(JSON.stringify([fleet, target, 'schedule', trouble.kind, trouble.since]))
      .digest('hex')
      .slice(0, 32),
    fleet,
    target,
    ...(runId !== undefined && { runId }),
    at: isoTime(now),
    kind: KIND[trouble.kind],
    severity: 'warning',
    title: printable(`${printable(target, 100)}: ${title(due)}`, MAX_TITLE),
    text: text.slice(0, MAX_EVENT_TEXT),
    side: 'prober',
    endpoints: [],
    more: 0,
  };
}

interface Words {
  readonly title: (due: string) => string;
  readonly what: (due: string) => string;
  readonly whose: string;
  readonly todo: string;
}

const OURS =
  'This is on the side of the fleet, not of the target: until it is fixed, nobody watches the target.';

const OUR_STATION =
  'This is on the side of the station, not of the target: until it is fixed, nobody watches the target.';

const WORDS: Readonly<Record<Trouble['kind'], Words>> = {
  missed: {
    title: (due) => `no run came that was due at ${due}`,
    what: (due) => `The run that was due at ${due} was not started.`,
    whose: OURS,
    todo: 'see inbound-check schedule show for a difference with EventBridge Scheduler, then the dead-letter queue of the schedules and the log of the function starter.',
  },
  failed: {
    title: (due) => `the run of ${due} failed`,
    what: (due) => `The run that was due at ${due} was started and ended without a result.`,
    whose: OURS,
    todo: 'see the execution of the state machine; what was measured is in the run bucket.',
  },
  refused: {
    title: (due) => `the run of ${due} may not probe all that it should`,
    what: (due) => `The run that was due at ${due} left out what nobody has proven to be the target’s.`,
    whose: 'The owner of the target has to act: until then, nobody watches what was left out.',
    todo: 'put the proof of ownership back (inbound-check target verify says what is looked for, and where), or remove the schedule.',
  },
};

const STATION_TODO: Readonly<Record<Trouble['kind'], string>> = {
  missed:
    'see whether the machine of the station was off or asleep, or has more to do than it can: GET /health, and the log of the station.',
  failed: 'see inbound-check run --follow with the id of the run, and the log of the station.',
  refused: WORDS.refused.todo,
};
