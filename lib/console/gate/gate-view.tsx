/** The board of a go-live day: big, live, for a screen that a whole call looks at. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { Clock } from '../parts/clock.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { ReportHandOver } from '../report/hand-over.tsx';
import { useSpeech } from '../words/words.ts';
import { followGate, type GateBoard, type GateRow } from './follow-gate.ts';

export function GateView({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const title = useRef<HTMLHeadingElement>(null);
  const [board, setBoard] = useState<GateBoard>({ rows: [], phase: 'measuring' });
  const [turn, setTurn] = useState(0);
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    let isOver = false;
    let wake = (): void => undefined;
    const pause = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    void import('../../engine/gate/next-step.ts').then(({ nextStep }) =>
      followGate(name, { api, now: Date.now, pause, isOver: () => isOver, show: setBoard, nextStep }),
    );
    return () => {
      isOver = true;
      wake();
    };
  }, [api, name, turn]);
  const red = board.rows.filter(
    ({ endpoint: { verdict } }) => verdict === 'fail' || verdict === 'inconclusive',
  );
  const green = board.rows.filter((row) => !red.includes(row));
  const isDone = board.phase === 'done';
  return (
    <div class="gate">
      <h1 ref={title} tabIndex={-1}>
        {say('gate.title', { target: name })}
      </h1>
      <section class={`verdict ${isDone ? 'pass' : red.length > 0 ? 'fail' : 'none'}`}>
        <h2>
          <span role="status">
            {isDone
              ? say('gate.done')
              : board.rows.length === 0
                ? say('run.step.probe')
                : say('gate.left', { left: red.length, count: board.rows.length })}
          </span>
        </h2>
        <p>
          {board.phase === 'measuring' && board.rows.length > 0 && say('gate.measuring')}
          {board.phase === 'hopeless' && say('gate.hopeless')}
          {board.phase === 'waiting' && board.nextAt !== undefined && (
            <>
              {say('gate.waiting')} <Clock at={board.nextAt} />
            </>
          )}
        </p>
      </section>
      <Trouble of={board.trouble} />
      {(isDone || board.phase === 'hopeless') && (
        <>
          {board.whole !== undefined && <ReportHandOver runId={board.whole} target={name} />}
          <button type="button" onClick={() => setTurn(turn + 1)}>
            {say('run.again')}
          </button>
        </>
      )}
      <ul class="tiles">
        {[...red, ...green].map((row) => (
          <Tile key={row.endpoint.id} row={row} />
        ))}
      </ul>
    </div>
  );
}

function Tile({ row: { endpoint, since } }: { readonly row: GateRow }) {
  const { say } = useSpeech();
  const { id, verdict, cause, side, expect, fix } = endpoint;
  const isRed = verdict === 'fail' || verdict === 'inconclusive';
  return (
    <li class={`card tile ${verdict}`}>
      <p>
        <VerdictBadge verdict={verdict} />{' '}
        <span class="dim">
          {say('gate.since')} <Clock at={since} />
        </span>
      </p>
      <h3>{id}</h3>
      {expect === 'closed' && <p class="dim">{say('report.must-be-closed')}</p>}
      {isRed && side !== undefined && (
        <p>
          {say('report.acts')}: <b>{say(`side.${side}`)}</b>
        </p>
      )}
      {isRed && cause !== undefined && (
        <p>
          <a href={addressOf({ view: 'causes', code: cause })}>
            <code>{cause}</code>
          </a>
        </p>
      )}
      {isRed && fix !== undefined && (
        <details>
          <summary>{say('report.fix')}</summary>
          <p class="fix">{fix}</p>
        </details>
      )}
    </li>
  );
}
