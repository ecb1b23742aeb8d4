/** The verdict of one target: the sentence, who acts, what to do, and what to hand over. */
import { useCallback, useState } from 'preact/hooks';
import type { Report } from '../../engine/report-schema.ts';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useAnswer } from '../live/use-answer.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { useSpeech } from '../words/words.ts';
import { EndpointCard } from './endpoint-card.tsx';
import { sortedEndpoints } from './order.ts';
import { saveFile } from './save-file.ts';

/** Days that a link lives that is made here. */
const LINK_DAYS = 14;

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
  const report = value as Report | undefined;
  if (report === undefined) return trouble ? <Trouble of={trouble} /> : <p class="dim">{say('loading')}</p>;
  const { shown, passes } = sortedEndpoints(report.endpoints);
  return (
    <>
      <section class={`verdict ${report.verdict}`} aria-live="polite">
        <VerdictBadge verdict={report.verdict} />
        <h2>{report.summary}</h2>
        {report.remarks?.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
      </section>
      <HandOver runId={runId} target={target} />
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

function HandOver({ runId, target }: { readonly runId: string; readonly target: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const [text, setText] = useState<string>();
  const [link, setLink] = useState<string>();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const fetchAs = async (format: 'markdown' | 'html', use: (document: string) => void): Promise<void> => {
    const answer = await api('getReport', { params: { runId }, query: { target, format } });
    if (answer.status === 'answered') use(answer.value);
    setTrouble(answer.status === 'answered' ? undefined : answer);
  };
  const share = async (): Promise<void> => {
    const answer = await api('createShare', { body: { runId, target, days: LINK_DAYS, redact: true } });
    if (answer.status === 'answered') setLink(answer.value.url);
    setTrouble(answer.status === 'answered' ? undefined : answer);
  };
  return (
    <div class="hand-over">
      <p class="tools">
        <button type="button" onClick={() => void fetchAs('markdown', setText)}>
          {say('report.ticket')}
        </button>
        <button
          type="button"
          onClick={() =>
            void fetchAs('html', (page) => saveFile(`${target}-${runId}.html`, 'text/html', page))
          }
        >
          {say('report.save')}
        </button>
        <button
          type="button"
          onClick={() => void share()}
          title={say('report.link.days', { days: LINK_DAYS })}
        >
          {say('report.link')}
        </button>
      </p>
      <Trouble of={trouble} />
      {text !== undefined && (
        <div class="code">
          <CopyButton text={text} about={say('report.ticket')} />
          <pre>{text}</pre>
        </div>
      )}
      {link !== undefined && (
        <p class="code">
          {say('report.link.made')} <a href={link}>{link}</a> <CopyButton text={link} about={link} />
        </p>
      )}
    </div>
  );
}
