import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import type { ApiReply } from '../api/reply.ts';
import { useAnswer } from '../live/use-answer.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { RunStrip } from './run-strip.tsx';
import { SchedulePart } from './schedule-part.tsx';

const EVERY_MS = 10_000;
/** As many as the strip shows. */
const RUNS = 30;

export function TargetView({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const title = useRef<HTMLHeadingElement>(null);
  const [busy, setBusy] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  useEffect(() => title.current?.focus(), []);
  const target = useAnswer(
    useCallback(() => api('getTarget', { params: { name } }), [api, name]),
    EVERY_MS,
  );
  const runs = useAnswer(
    useCallback(() => api('listTargetRuns', { params: { name }, query: { limit: RUNS } }), [api, name]),
    EVERY_MS,
  );
  if (target.trouble?.status === 'refused' && target.trouble.refusal.httpStatus === 404)
    return <h1>{say('target.missing')}</h1>;
  const run = async (): Promise<void> => {
    const answer = await api('startRun', { body: { targets: [name] } });
    if (answer.status === 'answered') location.hash = addressOf({ view: 'run', runId: answer.value.runId });
    else setBusy(answer);
  };
  const listed = runs.value?.runs ?? [];
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        <VerdictBadge verdict={target.value?.latest?.verdict} /> {name}
      </h1>
      <Trouble of={target.trouble} again={target.reload} />
      <p class="tools">
        <button type="button" class="main" onClick={() => void run()}>
          {say('targets.run')}
        </button>
        <a href={addressOf({ view: 'gate', name })}>{say('gate.open')}</a>
        {target.value?.owner && <span class="dim">{say('target.owner', { owner: target.value.owner })}</span>}
      </p>
      <Trouble of={busy} again={() => void run()} />
      <section class="card" aria-labelledby="runs">
        <h2 id="runs">{say('target.runs')}</h2>
        {runs.value !== undefined && listed.length === 0 && <p class="dim">{say('target.runs.none')}</p>}
        {listed.length > 0 && <RunStrip runs={listed} />}
        <ul class="rows">
          {listed.slice(0, 10).map((each) => (
            <li key={each.runId}>
              <VerdictBadge verdict={each.verdict} />{' '}
              <a href={addressOf({ view: 'run', runId: each.runId })}>
                <Time iso={each.startedAt} />
              </a>
              <span class="why">{each.summary}</span>
            </li>
          ))}
        </ul>
      </section>
      {target.value && <SchedulePart target={name} />}
      {target.value && <Ownership target={target.value} again={target.reload} />}
    </>
  );
}

function Ownership({
  target,
  again,
}: {
  readonly target: AnswerOf<'getTarget'>;
  readonly again: () => void;
}) {
  const { say } = useSpeech();
  const api = useApi();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const look = async (): Promise<void> => {
    const answer = await api('verifyTarget', { params: { name: target.name } });
    setTrouble(answer.status === 'answered' ? undefined : answer);
    again();
  };
  const open = new Set(
    target.hosts.filter(({ authorisation }) => authorisation === undefined).map(({ host }) => host),
  );
  return (
    <section class="card" aria-labelledby="ownership">
      <h2 id="ownership">{say('target.ownership')}</h2>
      <ul class="rows">
        {target.hosts.map(({ host, authorisation }) => (
          <li key={host} class={authorisation === undefined ? 'bad' : ''}>
            {say(
              authorisation === undefined
                ? 'target.unproven'
                : authorisation.kind === 'proven'
                  ? 'target.proven'
                  : 'target.vouched',
              { host },
            )}
          </li>
        ))}
      </ul>
      {target.prove
        .filter(({ host }) => open.has(host))
        .map(({ host, txt, file }) => (
          <div key={host} class="code">
            {txt && (
              <p>
                {say('target.prove.txt', { name: txt.name })} <code>{txt.value}</code>{' '}
                <CopyButton text={txt.value} about={txt.name} />
              </p>
            )}
            <p>
              {say('target.prove.file', { url: file.url })} <code>{file.content}</code>{' '}
              <CopyButton text={file.content} about={file.url} />
            </p>
          </div>
        ))}
      <Trouble of={trouble} />
      {open.size > 0 && (
        <button type="button" onClick={() => void look()}>
          {say('target.look-again')}
        </button>
      )}
    </section>
  );
}
