import type { ListedTarget } from '../../service/contracts/targets.ts';
import { Time } from '../parts/time.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { sinceOf } from './list-order.ts';
import { RunStrip } from './run-strip.tsx';
import type { CauseWords } from './use-cause-words.ts';

interface RowProps {
  readonly target: ListedTarget;
  readonly place: number;
  readonly count: number;
  readonly wordsOf: CauseWords;
}

/** As high as every other: what is longer is cut, and whole on the target's page. */
export function TargetRow({ target, place, count, wordsOf }: RowProps) {
  const { say } = useSpeech();
  const { name, hosts, latest, schedule } = target;
  const others = hosts.filter((host) => host !== name).join(', ');
  const cause = latest?.worst?.cause;
  const since = sinceOf(target);
  return (
    <li aria-setsize={count} aria-posinset={place}>
      <VerdictBadge verdict={latest?.verdict} />
      <span class="what">
        <span class="one-line">
          <a href={addressOf({ view: 'target', name })}>{name}</a> <span class="dim">{others}</span>
        </span>
        <span class="one-line why">
          {latest?.worst && (
            <>
              {cause !== undefined && (wordsOf(cause) ?? cause)}{' '}
              <span class="dim">{latest.worst.endpoint}</span>
            </>
          )}
        </span>
      </span>
      <RunStrip verdicts={latest?.recent ?? []} />
      <span class="one-line when">
        <span class="dim">{say('targets.since')}</span> {since === '' ? '–' : <Time iso={since} />}
      </span>
      <span class="one-line when">
        <span class="dim">{say('targets.next')}</span>{' '}
        {schedule === undefined ? (
          '–'
        ) : schedule.next === undefined ? (
          say('schedule.paused')
        ) : (
          <Time iso={schedule.next} />
        )}
      </span>
    </li>
  );
}
