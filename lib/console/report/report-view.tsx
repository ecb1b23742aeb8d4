/** The verdict of one target: the sentence, who acts, what to do, and what to hand over. */
import { useCallback, useState } from 'preact/hooks';
import type { Report } from '../../engine/report-schema.ts';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { useSpeech } from '../words/words.ts';
import { EndpointCard } from './endpoint-card.tsx';
import { FromOffices } from './from-offices.tsx';
import { ReportHandOver } from './hand-over.tsx';
import { openOnes, sortedEndpoints } from './order.ts';

export function ReportView({ runId, target }: { readonly runId: string; readonly target: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble } = useAnswer(
    useCallback(
      () =>
        api('getReport', { params: { runId }, query: { target, format: 'json' } }) as Promise<
          ApiReply<unknown>
        >,
      [api, runId, target],
    ),
  );
  const [isAsking, setAsking] = useState(false);
  const report = value as Report | undefined;
  if (report === undefined) return trouble ? <Trouble of={trouble} /> : <p class="dim">{say('loading')}</p>;
  const { shown, passes } = sortedEndpoints(report.endpoints);
  const open = openOnes(report.endpoints);
  const named = open.named.join(', ');
  const openList = open.more === 0 ? named : say('report.open.more', { list: named, count: open.more });
  return (
    <>
      <section class={`verdict ${report.verdict}`} aria-live="polite">
        <VerdictBadge verdict={report.verdict} />
        <h2>{report.summary}</h2>
        {report.verdict !== 'pass' && open.named.length > 0 && (
          <p>
            <b>{say('report.open', { list: openList })}</b>
          </p>
        )}
        {report.remarks?.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
      </section>
      <ReportHandOver
        runId={runId}
        target={target}
        // Of a registered target the earlier runs are known.
        mayWatch={report.endpoints.every(({ history }) => history === undefined)}
        offices={{ endpoints: report.endpoints, asked: () => setAsking(true) }}
      />
      <FromOffices runId={runId} target={target} isAsking={isAsking} />
      {shown.map((endpoint) => (
        <EndpointCard key={endpoint.id} endpoint={endpoint} />
      ))}
      {passes.length > 0 && (
        <details class="card">
          <summary>{say('report.passes', { count: passes.length })}</summary>
          <ul class="rows">
            {passes.map(({ id, summary }) => (
              <li key={id}>
                <b>{id}</b> {summary}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
