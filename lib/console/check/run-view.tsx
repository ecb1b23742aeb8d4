/** One run: the board while it goes on, then the verdict with what to do. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunStatus } from '../../service/contracts/runs.ts';
import { useApi } from '../api/api-context.ts';
import { boardOf, filledOf } from '../board/board.ts';
import { LiveBoard } from '../board/live-board.tsx';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { ReportView } from '../report/report-view.tsx';
import { useSpeech } from '../words/words.ts';
import { placeToCheckAgain, stoppedBy } from './again.ts';

const EVERY_MS = 1_000;
const isGoing = ({ status }: RunStatus): boolean => status === 'running';

export function RunView({ runId }: { readonly runId: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const title = useRef<HTMLHeadingElement>(null);
  const ask = useCallback(
    () => api('getRun', { params: { runId }, query: { detail: 'endpoints' } }),
    [api, runId],
  );
  const { value: run, trouble, reload } = useAnswer(ask, EVERY_MS, isGoing);
  const board = useMemo(() => run && boardOf(run), [run]);
  const [target, setTarget] = useState<string>();
  useEffect(() => title.current?.focus(), []);
  if (trouble?.status === 'refused' && trouble.refusal.httpStatus === 404)
    return (
      <section class="card">
        <h1 ref={title} tabIndex={-1}>
          {say('run.missing')}
        </h1>
        <p>
          <a href={addressOf({ view: 'check' })}>{say('check.title')}</a>
        </p>
      </section>
    );
  const shown = target ?? run?.reports[0]?.target;
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('run.title', { targets: run?.targets.join(', ') || '…' })}
      </h1>
      {run && <Asked run={run} />}
      <Trouble of={trouble} again={reload} />
      {run && (
        <Progress
          run={run}
          cells={board && filledOf(board)}
          stop={() => void api('stopRun', { params: { runId } }).then(reload)}
        />
      )}
      {run && run.reports.length > 1 && (
        <fieldset class="tabs" aria-label={say('nav.targets')}>
          {run.reports.map(({ target: name }) => (
            <button key={name} type="button" aria-pressed={name === shown} onClick={() => setTarget(name)}>
              {name}
            </button>
          ))}
        </fieldset>
      )}
      {run?.status === 'finished' && shown !== undefined ? (
        <ReportView runId={runId} target={shown} />
      ) : (
        board && <LiveBoard board={board} />
      )}
    </>
  );
}

/** For which ticket, by whom and when. */
function Asked({ run }: { readonly run: RunStatus }) {
  const { say } = useSpeech();
  const { validated, requestedBy, startedAt } = run;
  return (
    <p>
      {validated?.ticket !== undefined && <>{say('run.ticket', { ticket: validated.ticket })} </>}
      {requestedBy !== undefined && <>{say('run.asked', { by: requestedBy })}, </>}
      <Time iso={startedAt} />
    </p>
  );
}

function Again({ run }: { readonly run: RunStatus }) {
  const { say } = useSpeech();
  const { may } = useRights();
  const place = placeToCheckAgain(run);
  if (place === undefined || !may(place.view === 'check' ? 'validate' : 'startRun')) return null;
  return <a href={addressOf(place)}>{say('run.again')}</a>;
}

function Progress({
  run,
  cells,
  stop,
}: {
  readonly run: RunStatus;
  readonly cells: ReturnType<typeof filledOf> | undefined;
  readonly stop: () => void;
}) {
  const { say } = useSpeech();
  const { may } = useRights();
  const reason = run.error?.message || run.error?.name || say('run.reason.unknown');
  if (run.status === 'failed')
    return (
      <p class="trouble" role="alert">
        {say('run.failed', { reason })} <Again run={run} />
      </p>
    );
  if (run.status === 'stopped') {
    const by = stoppedBy(run);
    return (
      <p class="trouble" role="alert">
        {by === undefined ? say('run.stopped', { reason }) : say('run.stopped.by', { by })}{' '}
        <Again run={run} />
      </p>
    );
  }
  // A line of its own: within the one above it would move that.
  if (run.status === 'finished')
    return (
      <p class="progress">
        <Again run={run} />
      </p>
    );
  return (
    <p class="progress">
      {may('stopRun') && (
        <button type="button" onClick={stop}>
          {say('run.stop')}
        </button>
      )}
      <span role="status">
        {run.step === undefined ? say('loading') : say(`run.step.${run.step}`)}
        {run.attempt !== undefined && run.attempt > 1 && `, ${say('run.attempt', { attempt: run.attempt })}`}
      </span>
      <span class="count">{cells !== undefined && cells.all > 0 && say('board.count', cells)}</span>
    </p>
  );
}
