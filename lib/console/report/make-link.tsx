/** A link to a report: what it leaves out is listed before it is made, and what it may do is asked for. */
import { useCallback, useEffect, useId, useRef, useState } from 'preact/hooks';
import type { RedactionPreview } from '../../service/contracts/runs.ts';
import type { SharedReport } from '../../service/state/shares.ts';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { CountField } from '../parts/count-field.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import { LinkTrouble } from './link-trouble.tsx';
import { MadeLink } from './made-link.tsx';

const DAYS = 14;
const RUNS = 5;
const MINUTES = 2;
/** Pieces of text that are listed. */
const SHOWN = 12;

export interface MakeLinkProps {
  readonly runId: string;
  readonly target: string;
  readonly report: SharedReport;
}

export function MakeLink({ runId, target, report }: MakeLinkProps) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const [days, setDays] = useState(DAYS);
  const [redact, setRedact] = useState(true);
  const [mayCheck, setMayCheck] = useState(false);
  const [runs, setRuns] = useState(RUNS);
  const [everyMinutes, setMinutes] = useState(MINUTES);
  const [link, setLink] = useState<string>();
  const making = useCall();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const preview = useAnswer(
    useCallback(
      () => api('getRedaction', { params: { runId }, query: { target, report } }),
      [api, runId, target, report],
    ),
  );
  const isReady = !redact || preview.value !== undefined;
  const make = (event: Event): void => {
    event.preventDefault();
    if (!isReady) return;
    void making.run(
      () =>
        api('createShare', {
          body: {
            runId,
            target,
            report,
            days,
            redact,
            ...(mayCheck && { checkAgain: { runs, everyMinutes } }),
          },
        }),
      ({ url }) => setLink(url),
    );
  };
  return (
    <form class="card" onSubmit={make} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{say('report.link.options')}</h3>
      <p class="tools">
        <CountField input={first} label={say('report.link.valid')} value={days} most={90} set={setDays} />
      </p>
      <p>
        <Tick label={say('report.link.redact')} is={redact} set={setRedact} />
      </p>
      {redact ? <LeftOut redaction={preview.value} /> : <p class="dim">{say('report.link.all')}</p>}
      <Trouble of={preview.trouble} again={preview.reload} />
      <p>
        <Tick label={say('report.link.again')} is={mayCheck} set={setMayCheck} />
      </p>
      {mayCheck && (
        <p class="tools">
          <CountField label={say('report.link.again.runs')} value={runs} most={50} set={setRuns} />
          <CountField
            label={say('report.link.again.minutes')}
            value={everyMinutes}
            most={1_440}
            set={setMinutes}
          />
        </p>
      )}
      <p class="tools">
        <button type="submit" aria-disabled={making.isBusy || !isReady}>
          {say('report.link.make')}
        </button>
      </p>
      <LinkTrouble of={making.trouble} />
      <MadeLink link={link} />
    </form>
  );
}

function LeftOut({ redaction }: { readonly redaction: RedactionPreview | undefined }) {
  const { say } = useSpeech();
  if (redaction === undefined) return null;
  const { takenOut, more } = redaction;
  if (takenOut.length === 0) return <p class="dim">{say('report.link.out.none')}</p>;
  const rest = Math.max(0, takenOut.length - SHOWN) + more;
  return (
    <>
      <p>{say('report.link.out')}</p>
      <ul class="rows">
        {takenOut.slice(0, SHOWN).map(({ what, was, times }) => (
          <li key={`${what} ${was}`}>
            <code>{was}</code> <span class="dim">{say(`report.link.out.${what}`, { times })}</span>
          </li>
        ))}
        {rest > 0 && <li class="dim">{say('report.link.out.more', { count: rest })}</li>}
      </ul>
    </>
  );
}

function Tick(props: { readonly label: string; readonly is: boolean; readonly set: (is: boolean) => void }) {
  return (
    <label>
      <input
        type="checkbox"
        checked={props.is}
        onChange={({ currentTarget }) => props.set(currentTarget.checked)}
      />{' '}
      {props.label}
    </label>
  );
}
