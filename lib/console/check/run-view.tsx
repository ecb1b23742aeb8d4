/** One run: the board while it goes on, then the verdict with what to do. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { RunStatus } from '../../service/contracts/runs.ts';
import { useApi } from '../api/api-context.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Scroll } from '../parts/scroll.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { ReportView } from '../report/report-view.tsx';
import { useSpeech } from '../words/words.ts';
import { boardOf, firstFinding } from './board.ts';

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
  const [target, setTarget] = useState<string>();
  useEffect(() => title.current?.focus(), []);
  if (trouble?.status === 'refused' && trouble.refusal.httpStatus === 404)
    return (
      <section class="card">
        <h1>{say('run.missing')}</h1>
      </section>
    );
  const shown = target ?? run?.reports[0]?.target;
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('run.title', { targets: run?.targets.join(', ') || '…' })}
      </h1>
      <Trouble of={trouble} again={reload} />
      {run && <Progress run={run} stop={() => void api('stopRun', { params: { runId } }).then(reload)} />}
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
        run && <Board run={run} />
      )}
    </>
  );
}

function Progress({ run, stop }: { readonly run: RunStatus; readonly stop: () => void }) {
  const { say } = useSpeech();
  const { may } = useRights();
  const reason = run.error?.message || run.error?.name || '';
  if (run.status === 'failed')
    return (
      <p class="trouble" role="alert">
        {say('run.failed', { reason })}{' '}
        {may('validate') && <a href={addressOf({ view: 'check' })}>{say('run.again')}</a>}
      </p>
    );
  if (run.status === 'stopped') return <p class="trouble">{say('run.stopped', { reason })}</p>;
  if (run.status === 'finished') return null;
  return (
    <p class="progress">
      <span role="status">
        {run.step === undefined ? say('loading') : say(`run.step.${run.step}`)}
        {run.attempt !== undefined && run.attempt > 1 && `, ${say('run.attempt', { attempt: run.attempt })}`}
      </span>{' '}
      {may('stopRun') && (
        <button type="button" onClick={stop}>
          {say('run.stop')}
        </button>
      )}
    </p>
  );
}

function Board({ run }: { readonly run: RunStatus }) {
  const { say } = useSpeech();
  const board = boardOf(run);
  const first = firstFinding(board);
  return (
    <>
      <p class="first" role="status">
        {first && (
          <>
            <b>{say('board.first')}:</b>{' '}
            {say('board.finding', {
              endpoint: first.endpoint,
              state: say(`state.${first.seen.state}`),
              vantage: first.vantage,
            })}{' '}
            {first.seen.cause !== undefined && <code>{first.seen.cause}</code>}
          </>
        )}
      </p>
      <Scroll label={say('board.label')}>
        <table class="board">
          <thead>
            <tr>
              <th scope="col">{say('board.endpoint')}</th>
              {board.vantages.map((vantage) => (
                <th key={vantage.id} scope="col">
                  {vantage.id}
                  <span class="dim">
                    {say(`board.vantage.${vantage.status}`, { error: vantage.error ?? '' })}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {board.rows.map(({ endpoint, cells }) => (
              <tr key={endpoint}>
                <th scope="row">{endpoint}</th>
                {cells.map((seen, index) => (
                  <td key={board.vantages[index]?.id} class={seen === undefined ? 'waiting' : 'seen'}>
                    {seen === undefined ? say('board.waiting') : say(`state.${seen.state}`)}
                    <code>{seen?.cause ?? ''}</code>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
