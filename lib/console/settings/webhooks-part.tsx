import { useCallback, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

/** Where alerts go; whether they arrive. Addresses and keys are given by the command line, where no screen shows them. */
export function WebhooksPart() {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const { value, trouble, reload } = useAnswer(useCallback(() => api('listWebhooks', {}), [api]));
  const call = useCall();
  const [tried, setTried] = useState<{ id: string; outcome: AnswerOf<'testWebhook'> }>();
  return (
    <section class="card">
      {may('testWebhook') && (
        <p>
          {say('webhooks.how')} <code>inbound-check webhook add NAME --slack URL</code>
        </p>
      )}
      <Trouble of={trouble} again={reload} />
      <Trouble of={call.trouble} />
      {value?.webhooks.length === 0 && <p class="dim">{say('webhooks.none')}</p>}
      {value && <p class="dim">{say('webhooks.mail')}</p>}
      <ul class="rows">
        {value?.webhooks.map(({ id, kind, url, changedBy, changedAt }) => (
          <li key={id}>
            <b>{id}</b> {kind} <code>{url}</code>
            <span class="why dim">
              {changedBy}, <Time iso={changedAt} />
            </span>
            {may('testWebhook') && (
              <button
                type="button"
                aria-disabled={call.isBusy}
                onClick={() =>
                  void call.run(
                    () => api('testWebhook', { params: { id } }),
                    (outcome) => setTried({ id, outcome }),
                  )
                }
              >
                {say('webhooks.test')}
                <span class="unseen"> {id}</span>
              </button>
            )}
            <span role="status">{tried?.id === id ? ` ${outcomeText(tried.outcome)}` : ''}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** In the words of the API. */
const outcomeText = (outcome: AnswerOf<'testWebhook'>): string =>
  Object.values(outcome)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(' ');
