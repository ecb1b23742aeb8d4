import { type ApiReply, isSignedOut } from '../api/reply.ts';
import { useSpeech } from '../words/words.ts';

/** Why there is no answer, in one line that says what to do next. */
export function Trouble({
  of,
  again,
}: {
  readonly of: Exclude<ApiReply<unknown>, { status: 'answered' }> | undefined;
  readonly again?: () => void;
}) {
  const { say } = useSpeech();
  if (of === undefined) return null;
  if (of.status === 'unreachable')
    return (
      <p class="trouble" role="alert">
        {say('trouble.away')}
      </p>
    );
  if (isSignedOut(of))
    return (
      <p class="trouble" role="alert">
        {say('trouble.signed-out')}{' '}
        <a href="/sign-in" target="_blank" rel="noopener">
          {say('trouble.sign-in')}
        </a>{' '}
        {again && (
          <button type="button" onClick={again}>
            {say('trouble.again')}
          </button>
        )}
      </p>
    );
  const { title, detail } = of.refusal;
  return (
    <p class="trouble" role="alert">
      {detail || title}
    </p>
  );
}
