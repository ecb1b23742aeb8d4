/** The other end on the board: which text goes to whom, whether it is asked, and what arrived there. Loaded when it is opened. */
import { ReportHandOver } from '../../report/hand-over.tsx';
import { useSpeech } from '../../words/words.ts';
import type { GateRow } from '../board/follow-gate.ts';
import { type BothEndsReport, isReadable } from '../board/joined.ts';
import type { AskedEnd } from './keys.ts';
import { TextToSend } from './text-to-send.tsx';
import { TheyRead } from './they-read.tsx';
import { WhatArrived } from './what-arrived.tsx';

export interface OtherEndProps {
  readonly target: string;
  readonly rows: readonly GateRow[];
  readonly asking: AskedEnd | undefined;
  readonly ask: (asking: AskedEnd | undefined) => void;
  readonly report: BothEndsReport | undefined;
  readonly joined: (runId: string) => void;
}

export function OtherEnd({ target, rows, asking, ask, report, joined }: OtherEndProps) {
  const { say } = useSpeech();
  const readable = rows.filter(isReadable);
  const runId = rows.reduce<GateRow | undefined>(
    (last, row) => (last === undefined || row.probedAt > last.probedAt ? row : last),
    undefined,
  )?.runId;
  return (
    <>
      <p class="dim">{say('other.text')}</p>
      <TextToSend target={target} rows={rows} asking={asking} ask={ask} />
      <h3>{say('other.arrived')}</h3>
      {readable.length === 0 ? (
        <p class="dim">{say('other.read.none')}</p>
      ) : (
        <ul class="rows">
          {readable.map((row) => (
            <TheyRead key={row.endpoint.id} target={target} row={row} joined={joined} />
          ))}
        </ul>
      )}
      {runId !== undefined && <WhatArrived target={target} runId={runId} asking={asking} joined={joined} />}
      {report !== undefined && (
        <>
          <h3>{say('other.report')}</h3>
          <p class="dim">{say('other.report.text')}</p>
          <ReportHandOver runId={report.runId} target={target} joined />
        </>
      )}
    </>
  );
}
