/** A link that shows somebody in an office their own address, and has their browser try one endpoint. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { useApi } from '../api/api-context.ts';
import { useCall } from '../live/use-call.ts';
import { CountField } from '../parts/count-field.tsx';
import { useSpeech } from '../words/words.ts';
import { LinkTrouble } from './link-trouble.tsx';
import { MadeLink } from './made-link.tsx';

const DAYS = 14;
const ATTEMPTS = 10;
/** What somebody can try by hand; the API refuses the others. */
const TRIED: readonly string[] = ['https', 'http', 'tls', 'tcp', 'smtp', 'smtps', 'ssh'];

interface AskOfficeProps {
  readonly runId: string;
  readonly target: string;
  readonly endpoints: readonly EndpointReport[];
  /** Called when a link was made. */
  readonly asked: () => void;
}

export function AskOffice({ runId, target, endpoints, asked }: AskOfficeProps) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  // A browser tries web pages by itself, so they stand first.
  const tried = endpoints
    .filter(({ kind }) => TRIED.includes(kind))
    .sort((a, b) => TRIED.indexOf(a.kind) - TRIED.indexOf(b.kind));
  const [endpoint, setEndpoint] = useState(tried[0]?.id ?? '');
  const [days, setDays] = useState(DAYS);
  const [attempts, setAttempts] = useState(ATTEMPTS);
  const [link, setLink] = useState<string>();
  const making = useCall();
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const make = (event: Event): void => {
    event.preventDefault();
    void making.run(
      () =>
        api('createShare', { body: { runId, target, days, redact: true, office: { endpoint, attempts } } }),
      ({ url }) => {
        setLink(url);
        asked();
      },
    );
  };
  return (
    <form class="card" onSubmit={make} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{say('report.office.options')}</h3>
      <p>{say('report.office.what')}</p>
      {tried.length === 0 ? (
        <p class="dim">{say('report.office.none')}</p>
      ) : (
        <>
          <p class="tools">
            <label>
              {say('report.office.endpoint')}{' '}
              <select
                ref={first}
                value={endpoint}
                onChange={({ currentTarget }) => setEndpoint(currentTarget.value)}
              >
                {tried.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.id}
                  </option>
                ))}
              </select>
            </label>
          </p>
          <p class="tools">
            <CountField label={say('report.link.valid')} value={days} most={90} set={setDays} />
            <CountField label={say('report.office.attempts')} value={attempts} most={50} set={setAttempts} />
          </p>
          <p class="dim">{say('report.office.kept')}</p>
          <p class="tools">
            <button type="submit" aria-disabled={making.isBusy}>
              {say('report.link.make')}
            </button>
          </p>
        </>
      )}
      <LinkTrouble of={making.trouble} />
      <MadeLink link={link} />
    </form>
  );
}
