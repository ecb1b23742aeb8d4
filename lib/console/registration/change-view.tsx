import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { ScheduleView } from '../../service/contracts/schedules.ts';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useAnswer } from '../live/use-answer.ts';
import { NoSuchTarget } from '../parts/no-such-target.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import type { KnownSchedule } from './save-target.ts';
import { fieldsOfTarget } from './target-fields.ts';
import { TargetForm } from './target-form.tsx';

interface Known {
  readonly target: AnswerOf<'getTarget'>;
  readonly schedule: KnownSchedule;
}

/** What is registered of a target, to be changed. */
export function ChangeView({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const known = useAnswer<Known>(
    useCallback(async () => {
      const target = await api('getTarget', { params: { name } });
      if (target.status !== 'answered') return target;
      if (target.value.schedule === undefined)
        return { status: 'answered', value: { target: target.value, schedule: { rule: '' } } };
      const schedule = await api('getSchedule', { params: { target: name } });
      if (schedule.status !== 'answered') return schedule;
      return { status: 'answered', value: { target: target.value, schedule: asTyped(schedule.value) } };
    }, [api, name]),
  );
  if (known.trouble?.status === 'refused' && known.trouble.refusal.httpStatus === 404)
    return <NoSuchTarget title={title} />;
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('register.change', { name })}
      </h1>
      <Trouble of={known.trouble} again={known.reload} />
      {known.value === undefined && known.trouble === undefined && <p class="dim">{say('loading')}</p>}
      {known.value && (
        <TargetForm
          first={fieldsOfTarget(name, known.value.target.definition, known.value.target.owner)}
          schedule={known.value.schedule}
          isKnown
        />
      )}
    </>
  );
}

const asTyped = ({ every, cron, timezone }: ScheduleView): KnownSchedule => ({
  rule: every ?? cron ?? '',
  ...(timezone !== undefined && { timezone }),
});
