import { useCallback } from 'preact/hooks';
import { isMeant } from '../../service/alerts/filter.ts';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';

/** The webhooks that changes of a target go to; where none is, what to do. Of mail the API tells nothing. */
export function WhoIsTold({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const api = useApi();
  const { value } = useAnswer(useCallback(() => api('listWebhooks', {}), [api]));
  // Its line is kept.
  if (value === undefined) return <span class="dim">…</span>;
  const told = value.webhooks.filter(({ targets }) => isMeant(name, targets));
  return (
    <>
      {told.map(({ id, kind }) => `${id} (${kind})`).join(', ') || say('register.told.nobody')}{' '}
      <a href={addressOf({ view: 'settings', part: 'webhooks' })}>{say('settings.webhooks')}</a>
    </>
  );
}
