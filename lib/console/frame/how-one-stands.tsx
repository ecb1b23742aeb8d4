import { useHome } from '../home/home-context.ts';
import type { ApiStanding } from '../live/standing.ts';
import { useSpeech } from '../words/words.ts';

/** Why nothing new comes, at the lower edge, where it moves nothing. */
export function HowOneStands({
  standing,
  again,
}: {
  readonly standing: ApiStanding;
  readonly again: () => void;
}) {
  const { say } = useSpeech();
  const { signInAgain } = useHome();
  if (standing === 'answers') return null;
  return (
    <div class="standing" role="alert">
      {standing === 'away' ? (
        <p>{say('trouble.away')}</p>
      ) : (
        <p>
          {say('trouble.signed-out')}{' '}
          {signInAgain ? (
            <button type="button" onClick={signInAgain}>
              {say('trouble.sign-in')}
            </button>
          ) : (
            <a href="/sign-in" target="_blank" rel="noopener">
              {say('trouble.sign-in')}
            </a>
          )}{' '}
          <button type="button" onClick={again}>
            {say('trouble.again')}
          </button>
        </p>
      )}
    </div>
  );
}
