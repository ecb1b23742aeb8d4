import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useSpeech } from '../words/words.ts';

/** Who is signed in, with which role; nothing where the API does not tell. */
export function Who() {
  const { say } = useSpeech();
  const api = useApi();
  const { value } = useAnswer(useCallback(() => api('getMe', {}), [api]));
  if (value === undefined) return null;
  return (
    <a href="/account" class="who">
      {value.name ?? value.handle}
      <span class="dim">, {say(`role.${value.role}`)}</span>
    </a>
  );
}
