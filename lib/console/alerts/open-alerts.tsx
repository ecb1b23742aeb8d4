import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import { AlertRow } from './alert-row.tsx';

const EVERY_MS = 15_000;

/** Nothing at all where no alert is open. */
export function OpenAlerts() {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble, reload } = useAnswer(
    useCallback(() => api('listAlerts', {}), [api]),
    EVERY_MS,
  );
  if (value === undefined) return <Trouble of={trouble} />;
  if (value.alerts.length === 0) return null;
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">{say('alert.title')}</h2>
      <Trouble of={trouble} />
      <ul class="rows">
        {value.alerts.map((alert) => (
          <AlertRow key={alert.target} alert={alert} changed={reload} />
        ))}
      </ul>
    </section>
  );
}
