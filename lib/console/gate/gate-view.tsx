/** The board of a go-live day: big, live, for a screen that a whole call looks at. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Report } from '../../engine/report-schema.ts';
import { useApi } from '../api/api-context.ts';
import { LiveBoard } from '../board/live-board.tsx';
import { useRights } from '../home/rights.ts';
import { Clock } from '../parts/clock.tsx';
import { NotYours } from '../parts/not-yours.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { ReportHandOver } from '../report/hand-over.tsx';
import { useSpeech } from '../words/words.ts';
import { followGate, type GateBoard } from './board/follow-gate.ts';
import { type BothEndsReport, withJoined } from './board/joined.ts';
import { isRed, turnsOf } from './board/turns.ts';
import { callOf, keepCall } from './other-end/kept-calls.ts';
import type { AskedEnd } from './other-end/keys.ts';
import type { OtherEnd } from './other-end/other-end.tsx';
import { keepGate } from './seen-gates.ts';
import { Tile } from './tile.tsx';

export function GateView({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const { may } = useRights();
  // It measures from the moment when it is opened.
  if (may('startRun')) return <Board name={name} />;
  return (
    <>
      <h1 tabIndex={-1}>{say('gate.title', { target: name })}</h1>
      <NotYours what="gate" />
      <a href={addressOf({ view: 'target', name })}>{name}</a>
    </>
  );
}

function Board({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const { may } = useRights();
  const api = useApi();
  const title = useRef<HTMLHeadingElement>(null);
  const [board, setBoard] = useState<GateBoard>({ rows: [], phase: 'measuring' });
  const [turn, setTurn] = useState(0);
  const [asking, setAsking] = useState(callOf(name).asking);
  const [joined, setJoined] = useState(callOf(name).joined);
  const ask = (asked: AskedEnd | undefined): void => {
    keepCall(name, { asking: asked });
    setAsking(asked);
  };
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
    const begin = async (): Promise<void> => {
      const { nextStep } = await import('../../engine/gate/next-step.ts');
      const { secretOf } = await import('./other-end/keys.ts');
      await followGate(name, {
        api,
        now: Date.now,
        pause,
        isOver: () => isOver,
        show: setBoard,
        nextStep,
        ...(asking !== undefined && { listener: () => secretOf(asking) }),
      });
    };
    void begin();
    return () => {
      isOver = true;
      wake();
    };
  }, [api, name, turn, asking]);
  const fetchJoined = useCallback(
    async (runId: string): Promise<void> => {
      const query = { target: name, format: 'json' } as const;
      const answer = await api('getJoinedReport', { params: { runId }, query });
      if (answer.status !== 'answered') return;
      const both: BothEndsReport = { runId, report: answer.value as unknown as Report };
      keepCall(name, { joined: both });
      setJoined(both);
    },
    [api, name],
  );
  const rows = withJoined(board.rows, joined);
  const red = rows.filter(isRed);
  const green = rows.filter((row) => !isRed(row));
  const isDone = board.phase === 'done' && red.length === 0;
  const [first] = turnsOf(rows);
  const [left, count, side, since] = [red.length, rows.length, first?.side, first?.since];
  const isUnknown = board.phase === 'unknown';
  useEffect(() => {
    if (isUnknown) return keepGate(name, undefined, Date.now());
    if (count === 0) return;
    const now = Date.now();
    const gate = { target: name, left, count, since: since ?? now, seenAt: now, ...(side && { side }) };
    keepGate(name, left === 0 ? undefined : gate, now);
  }, [name, left, count, side, since, isUnknown]);
  if (isUnknown)
    return (
      <div class="gate">
        <h1 ref={title} tabIndex={-1}>
          {say('gate.title', { target: name })}
        </h1>
        <p role="alert">{say('gate.unknown', { target: name })}</p>
        <p class="tools">
          <a href={addressOf({ view: 'targets' })}>{say('needs.all')}</a>
          {may('putTarget') && <a href={addressOf({ view: 'register' })}>{say('register.open')}</a>}
        </p>
      </div>
    );
  return (
    <div class="gate">
      <h1 ref={title} tabIndex={-1}>
        {say('gate.title', { target: name })}
      </h1>
      <section class={`verdict ${isDone ? 'pass' : red.length > 0 ? 'fail' : 'none'}`}>
        <h2>
          <span role="status">
            {isDone
              ? say(asking === undefined ? 'gate.done' : 'gate.done.listener')
              : board.rows.length === 0
                ? say('run.step.probe')
                : say('gate.left', { left: red.length, count: board.rows.length })}
          </span>
        </h2>
        {turnsOf(rows).map(({ side, count, since }) => (
          <p key={side} class="whose">
            {say('gate.turn', { who: say(`side.${side}`), count })} <Clock at={since} />
          </p>
        ))}
        <p class="next">
          {board.phase === 'measuring' && board.rows.length > 0 && say('gate.measuring')}
          {board.phase === 'hopeless' && say('gate.hopeless')}
          {board.phase === 'waiting' && board.nextAt !== undefined && (
            <>
              {say('gate.waiting')} <Clock at={board.nextAt} />
            </>
          )}
        </p>
      </section>
      <Trouble of={board.trouble && { ...board.trouble, isTold: board.trouble.status === 'unreachable' }} />
      {(isDone || board.phase === 'hopeless') && (
        <>
          {board.whole !== undefined && (
            <ReportHandOver runId={board.whole} target={name} joined={board.whole === joined?.runId} />
          )}
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
      <OtherEndPart
        target={name}
        rows={board.rows}
        asking={asking}
        ask={ask}
        report={joined}
        joined={(runId) => void fetchJoined(runId)}
      />
      {board.live !== undefined && (
        <section class="card">
          <h2>{say('board.label')}</h2>
          <LiveBoard board={board.live} />
        </section>
      )}
    </div>
  );
}

/** What it takes is loaded when somebody opens it. */
function OtherEndPart(props: Parameters<typeof OtherEnd>[0]) {
  const { say } = useSpeech();
  const [Part, setPart] = useState<typeof OtherEnd>();
  // Who comes back to a code that was told finds it without looking for it.
  const [wasUsed] = useState(callOf(props.target).way !== undefined);
  const open = async (): Promise<void> => {
    const { OtherEnd: loaded } = await import('./other-end/other-end.tsx');
    setPart(() => loaded);
  };
  return (
    <details class="card other-end" open={wasUsed} onToggle={() => void open()}>
      <summary>{say('other.title')}</summary>
      {Part !== undefined && <Part {...props} />}
    </details>
  );
}
