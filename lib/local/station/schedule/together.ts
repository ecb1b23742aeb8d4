/** What many schedules have to tell at one time, as one message. */
import { createHash } from 'node:crypto';
import { type ChangeEvent, MAX_EVENT_TEXT } from '../../../model/change-event.ts';
import { printable } from '../../../net/printable.ts';
import { count } from '../../../report/words/terms.ts';

/** So many targets have a message each. */
const MOST_APART = 3;
const NAMED = 10;

const WORDS = {
  'schedule-missed': {
    title: 'no run came that was due',
    whose:
      'This is on the side of the station, not of the targets. Of each target the last run that was missed is made up for, unless the next is near.',
  },
  'run-failed': {
    title: 'scheduled runs ended without a result',
    whose: 'Further runs that fail in the same way are not reported.',
  },
} as const;

/**
 * A station that was off or has too much to do misses runs of all its targets: that is one thing to tell, and it is about
 * the station.
 *
 * @param why what held all of them up, one clause; absent: not known
 */
export function together(
  events: readonly ChangeEvent[],
  { fleet, why }: { readonly fleet: string; readonly why?: string },
): ChangeEvent[] {
  const kinds = Object.keys(WORDS) as (keyof typeof WORDS)[];
  const others = events.filter(({ kind }) => !(kind in WORDS));
  const told = kinds.flatMap((kind) => {
    const own = events.filter((event) => event.kind === kind);
    const [first] = own;
    const isOne = own.length > MOST_APART || (kind === 'schedule-missed' && why !== undefined);
    if (first === undefined || !isOne) return own;
    return [oneOf(own, first, kind, { fleet, ...(why !== undefined && { why }) })];
  });
  return [...others, ...told];
}

function oneOf(
  events: readonly ChangeEvent[],
  first: ChangeEvent,
  kind: keyof typeof WORDS,
  { fleet, why }: { readonly fleet: string; readonly why?: string },
): ChangeEvent {
  const names = events.slice(0, NAMED).map(({ target }) => printable(target, 60));
  const more = events.length > NAMED ? ` and ${events.length - NAMED} more` : '';
  const { cause: _, runId: _run, ...head } = first;
  return {
    ...head,
    // The same targets, each for the same reason since the same time: the same message.
    id: createHash('sha256')
      .update(JSON.stringify(events.map(({ id }) => id).sort()))
      .digest('hex')
      .slice(0, 32),
    target: fleet,
    title: `our side: ${WORDS[kind].title}, of ${count(events.length, 'target')}`,
    text: [
      ...(why === undefined ? [] : [`Reason: ${why}.`]),
      `Targets: ${names.join(', ')}${more}. inbound-check schedule list shows each.`,
      WORDS[kind].whose,
      'To do: see whether the machine of the station was off or asleep, or has more to do than it can: GET /health, and the log of the station.',
    ]
      .join('\n')
      .slice(0, MAX_EVENT_TEXT),
  };
}
