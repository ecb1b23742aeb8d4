/** What is handed to others: the text for a ticket, the signed page, a link. */
import { useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import { saveFile } from './save-file.ts';

/** Days that a link lives that is made here. */
const LINK_DAYS = 14;

export function ReportHandOver({
  runId,
  target,
  joined = false,
}: {
  readonly runId: string;
  readonly target: string;
  /** The report with what came from the other end, which stands beside the run's own; a link leads to the latter alone. */
  readonly joined?: boolean;
}) {
  const { say } = useSpeech();
  const api = useApi();
  const [text, setText] = useState<string>();
  const [link, setLink] = useState<string>();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const fetchAs = async (format: 'markdown' | 'html', use: (document: string) => void): Promise<void> => {
    const operation = joined ? 'getJoinedReport' : 'getReport';
    const answer = await api(operation, { params: { runId }, query: { target, format } });
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
            void fetchAs('html', (page) =>
              saveFile(`${target}-${runId}${joined ? '-joined' : ''}.html`, 'text/html', page),
            )
          }
        >
          {say('report.save')}
        </button>
        {!joined && (
          <button
            type="button"
            onClick={() => void share()}
            title={say('report.link.days', { days: LINK_DAYS })}
          >
            {say('report.link')}
          </button>
        )}
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
