import { useCallback, useId, useState } from 'preact/hooks';
import type { ScheduleView } from '../../service/contracts/schedules.ts';
import { useApi } from '../api/api-context.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { ruleOf } from '../registration/schedule-rule.ts';
import { useSpeech } from '../words/words.ts';
import { inZone } from './zone-time.ts';

const EVERY_MS = 30_000;

/** When a target is checked by itself: set, pause, resume, remove. */
export function SchedulePart(props: {
  readonly target: string;
  /** Whether it has one, as far as is known. */
  readonly isSet: boolean;
  readonly changed: () => void;
}) {
  const { target, isSet, changed } = props;
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const call = useCall();
  const { value, trouble, reload } = useAnswer<ScheduleView | undefined>(
    useCallback(
      async () =>
        isSet ? api('getSchedule', { params: { target } }) : { status: 'answered', value: undefined },
      [api, target, isSet],
    ),
    isSet ? EVERY_MS : undefined,
  );
  const done = (): void => {
    changed();
    reload();
  };
  const params = { target };
  return (
    <section class="card" aria-labelledby="schedule">
      <h2 id="schedule">{say('schedule.title')}</h2>
      {isSet && <Trouble of={trouble} again={reload} />}
      {!isSet && <p class="dim">{say('schedule.none')}</p>}
      {isSet && value && (
        <>
          <Facts schedule={value} />
          {may('setSchedule') && (
            <p class="tools">
              <button
                type="button"
                aria-disabled={call.isBusy}
                onClick={() =>
                  void call.run(
                    () => api(value.state === 'active' ? 'pauseSchedule' : 'resumeSchedule', { params }),
                    done,
                  )
                }
              >
                {say(value.state === 'active' ? 'schedule.pause' : 'schedule.resume')}
              </button>
              <button
                type="button"
                aria-disabled={call.isBusy}
                // What is gone is not asked for again: the target says that it has none.
                onClick={() => void call.run(() => api('removeSchedule', { params }), changed)}
              >
                {say('schedule.remove')}
              </button>
            </p>
          )}
        </>
      )}
      <Trouble of={call.trouble} />
      {may('setSchedule') && (
        <RuleForm
          isBusy={call.isBusy}
          set={(body) => void call.run(() => api('setSchedule', { params, body }), done)}
        />
      )}
    </section>
  );
}

function Facts({ schedule }: { readonly schedule: ScheduleView }) {
  const { say } = useSpeech();
  const { every, cron, timezone, state, upcoming = [], last, trouble, maintenance } = schedule;
  return (
    <ul class="rows">
      <li>
        <b>{every ?? `${cron} ${timezone}`}</b> {say(`schedule.${state}`)}
      </li>
      {upcoming.length > 0 && (
        <li>
          {say('schedule.upcoming')}
          <ol class="upcoming">
            {upcoming.map((at) => (
              <li key={at}>
                <Time iso={at} />
                {timezone !== undefined && <ZoneTime iso={at} zone={timezone} />}
              </li>
            ))}
          </ol>
        </li>
      )}
      {last && (
        <li>
          {say('schedule.last')} <Time iso={last.scheduledAt} />{' '}
          {last.verdict && say(`verdict.${last.verdict}`)} {last.detail}
        </li>
      )}
      {trouble && <li class="bad">{say('schedule.trouble')}</li>}
      {maintenance && <li>{say('schedule.maintenance', { reason: maintenance.reason })}</li>}
    </ul>
  );
}

/** On the clock of the schedule's own zone; nothing where the browser does not know it. */
function ZoneTime({ iso, zone }: { readonly iso: string; readonly zone: string }) {
  const { language } = useSpeech();
  const text = inZone(iso, zone, language);
  return text === undefined ? null : (
    <span class="dim">
      {' '}
      {text} {zone}
    </span>
  );
}

function RuleForm(props: {
  readonly isBusy: boolean;
  readonly set: (rule: { every: string } | { cron: string; timezone: string }) => void;
}) {
  const { say } = useSpeech();
  const id = useId();
  const [text, setText] = useState('');
  const [timezone, setTimezone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const rule = ruleOf(text, timezone);
  return (
    <form
      class="tools"
      onSubmit={(event) => {
        event.preventDefault();
        if (rule !== undefined) props.set(rule);
      }}
    >
      <span class="field">
        <label for={`${id}-rule`}>{say('schedule.rule')}</label>
        <input
          id={`${id}-rule`}
          value={text}
          placeholder="15m"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </span>
      {rule !== undefined && 'cron' in rule && (
        <span class="field">
          <label for={`${id}-zone`}>{say('schedule.zone')}</label>
          <input
            id={`${id}-zone`}
            value={timezone}
            onInput={({ currentTarget }) => setTimezone(currentTarget.value)}
          />
        </span>
      )}
      <button type="submit" aria-disabled={props.isBusy || rule === undefined}>
        {say('schedule.set')}
      </button>
      <span class="hint">{say('schedule.hint')}</span>
    </form>
  );
}
