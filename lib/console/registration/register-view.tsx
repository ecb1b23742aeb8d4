import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { Report } from '../../engine/report-schema.ts';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Trouble } from '../parts/trouble.tsx';
import type { ConsolePlace } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { fieldsOfReport } from './from-report.ts';
import { emptyTarget, type TargetFields } from './target-fields.ts';
import { TargetForm } from './target-form.tsx';

type Given = Omit<Extract<ConsolePlace, { view: 'register' }>, 'view'>;

/** A new target; from a finished check what it has checked is filled in. */
export function RegisterView({ given }: { readonly given: Given }) {
  const { say } = useSpeech();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const { run, target = '' } = given;
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('register.title')}
      </h1>
      <p>{say('register.text')}</p>
      {run === undefined ? (
        <TargetForm first={fieldsGiven(given)} schedule={UNSCHEDULED} isKnown={false} />
      ) : (
        <FromReport run={run} target={target} />
      )}
    </>
  );
}

function FromReport({ run, target }: { readonly run: string; readonly target: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble, reload } = useAnswer(
    useCallback(
      () =>
        api('getReport', { params: { runId: run }, query: { target, format: 'json' } }) as Promise<
          ApiReply<unknown>
        >,
      [api, run, target],
    ),
  );
  const isGone = trouble?.status === 'refused' && trouble.refusal.httpStatus === 404;
  if (isGone)
    return (
      <>
        <p class="trouble">{say('register.gone')}</p>
        <TargetForm first={{ ...emptyTarget(), name: target }} schedule={UNSCHEDULED} isKnown={false} />
      </>
    );
  if (value === undefined)
    return trouble ? <Trouble of={trouble} again={reload} /> : <p class="dim">{say('loading')}</p>;
  return (
    <TargetForm
      first={fieldsOfReport(target, value as Report)}
      schedule={UNSCHEDULED}
      rule={WATCHED}
      isKnown={false}
    />
  );
}

/** What somebody who watches something often wants; it stands in its field, to be changed. */
const WATCHED = '1h';
const UNSCHEDULED = { rule: '' };

function fieldsGiven({ host = '', profile = '' }: Given): TargetFields {
  return { ...emptyTarget(), host, profile };
}
