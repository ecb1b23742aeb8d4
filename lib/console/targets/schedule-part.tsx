import { useCallback, useId, useState } from 'preact/hooks';
import type { ScheduleView } from '../../service/contracts/schedules.ts';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import { ruleOf } from './schedule-rule.ts';

/** When a target is checked by itself: set, pause, resume, remove. */
export function SchedulePart({ target }: { readonly target: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const call = useCall();
  const { value, trouble, reload } = useAnswer(
    useCallback(() => api('getSchedule', { params: { target } }), [api, target]),
  );
  const isNone = trouble?.status === 'refused' && trouble.refusal.httpStatus === 404;
  const params = { target };
  return (
    <section class="card" aria-labelledby="schedule">
      <h2 id="schedule">{say('schedule.title')}</h2>
      {!isNone && <Trouble of={trouble} again={reload} />}
      {isNone && <p class="dim">{say('schedule.none')}</p>}
      {value && !isNone && (
        <>
          <Facts schedule={value} />
          <p class="tools">
            <button
              type="button"
              disabled={call.isBusy}
              onClick={() =>
                void call.run(
                  () => api(value.state === 'active' ? 'pauseSchedule' : 'resumeSchedule', { params }),
                  reload,
                )
              }
            >
              {say(value.state === 'active' ? 'schedule.pause' : 'schedule.resume')}
            </button>
            <button
              type="button"
              disabled={call.isBusy}
              onClick={() => void call.run(() => api('removeSchedule', { params }), reload)}
            >
              {say('schedule.remove')}
            </button>
          </p>
        </>
      )}
      <Trouble of={call.trouble} />
      <RuleForm
        isBusy={call.isBusy}
        set={(body) => void call.run(() => api('setSchedule', { params, body }), reload)}
      />
    </section>
  );
}

function Facts({ schedule }: { readonly schedule: ScheduleView }) {
  const { say } = useSpeech();
  const { every, cron, timezone, state, next, last, trouble, maintenance } = schedule;
  return (
    <ul class="rows">
      <li>
        <b>{every ?? `${cron} ${timezone}`}</b> {say(`schedule.${state}`)}
        {next !== undefined && (
          <>
            {', '}
            {say('schedule.next')} <Time iso={next} />
          </>
        )}
      </li>
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
      <label for={`${id}-rule`}>{say('schedule.rule')}</label>
      <input
        id={`${id}-rule`}
        value={text}
        placeholder="15m"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {rule !== undefined && 'cron' in rule && (
        <>
          <label for={`${id}-zone`}>{say('schedule.zone')}</label>
          <input
            id={`${id}-zone`}
            value={timezone}
            onInput={({ currentTarget }) => setTimezone(currentTarget.value)}
          />
        </>
      )}
      <button type="submit" disabled={props.isBusy || rule === undefined}>
        {say('schedule.set')}
      </button>
      <span class="hint">{say('schedule.hint')}</span>
    </form>
  );
}
