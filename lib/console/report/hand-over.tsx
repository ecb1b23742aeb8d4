/** What is handed to others: the text for a ticket, the signed page, a link. */
import { useState } from 'preact/hooks';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useRights } from '../home/rights.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { AskOffice } from './ask-office.tsx';
import { MakeLink } from './make-link.tsx';
import { saveFile } from './save-file.ts';

export function ReportHandOver({
  runId,
  target,
  joined = false,
  mayWatch = false,
  offices,
}: {
  readonly runId: string;
  readonly target: string;
  /** The report with what came from the other end, which stands beside the run's own. */
  readonly joined?: boolean;
  /** It is of no registered target, as far as the report shows. */
  readonly mayWatch?: boolean;
  /** What an office may be asked to try; absent: nothing here. */
  readonly offices?: { readonly endpoints: readonly EndpointReport[]; readonly asked: () => void };
}) {
  const { say, language } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const [text, setText] = useState<string>();
  const [making, setMaking] = useState<'link' | 'office'>();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const fetchAs = async (format: 'markdown' | 'html', use: (document: string) => void): Promise<void> => {
    const operation = joined ? 'getJoinedReport' : 'getReport';
    const answer = await api(operation, {
      params: { runId },
      query: { target, format, ...(format === 'html' && { language }) },
    });
    if (answer.status === 'answered') use(answer.value);
    setTrouble(answer.status === 'answered' ? undefined : answer);
  };
  const fetchTicket = (): Promise<void> =>
    fetchAs('markdown', (report) => {
      setText(report);
      // What offices saw came after the report was signed, and stands below it.
      if (!joined)
        void api('listOffices', { params: { runId }, query: { target } }).then((answer) => {
          if (answer.status === 'answered' && answer.value.text !== undefined)
            setText(`${report.trimEnd()}\n\n${answer.value.text}`);
        });
    });
  const toggle = (what: 'link' | 'office'): void => setMaking(making === what ? undefined : what);
  return (
    <div class="hand-over">
      <p class="tools">
        <button type="button" onClick={() => void fetchTicket()}>
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
        {may('createShare') && (
          <button type="button" aria-expanded={making === 'link'} onClick={() => toggle('link')}>
            {say('report.link')}
          </button>
        )}
        {offices && may('createShare') && (
          <button type="button" aria-expanded={making === 'office'} onClick={() => toggle('office')}>
            {say('report.office')}
          </button>
        )}
        {mayWatch && may('putTarget') && (
          <a class="button" href={addressOf({ view: 'register', run: runId, target })}>
            {say('register.watch')}
          </a>
        )}
      </p>
      <Trouble of={trouble} />
      {text !== undefined && (
        <div class="code">
          <CopyButton text={text} about={say('report.ticket')} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1) */}
          <pre class="long" tabIndex={0}>
            {text}
          </pre>
        </div>
      )}
      {making === 'link' && <MakeLink runId={runId} target={target} report={joined ? 'joined' : 'run'} />}
      {making === 'office' && offices && <AskOffice runId={runId} target={target} {...offices} />}
    </div>
  );
}
