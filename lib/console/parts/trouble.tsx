import { isProblem } from '../../service/contracts/problem-kinds.ts';
import { isSignedOut } from '../api/reply.ts';
import { useHome } from '../home/home-context.ts';
import type { LiveTrouble } from '../live/use-answer.ts';
import { useSpeech } from '../words/words.ts';
import { refusalWords } from './refusal-words.ts';
import { WhereToResume } from './where-to-resume.tsx';

/** Why there is no answer, in one line that says what to do next. */
export function Trouble({
  of,
  again,
}: {
  readonly of: LiveTrouble | undefined;
  readonly again?: () => void;
}) {
  const { say } = useSpeech();
  const { signInAgain } = useHome();
  if (of === undefined || of.isTold === true) return null;
  if (of.status === 'unreachable')
    return (
      <p class="trouble" role="alert">
        {say('trouble.no-answer')}
      </p>
    );
  if (isSignedOut(of))
    return (
      <p class="trouble" role="alert">
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
        {again && (
          <button type="button" onClick={again}>
            {say('trouble.again')}
          </button>
        )}
      </p>
    );
  const { detail, httpStatus, type = '' } = of.refusal;
  return (
    <p class="trouble" role="alert">
      {/* AWS refuses without a word of its own. */}
      {httpStatus === 403 && detail === '' ? say('trouble.forbidden') : refusalWords(of.refusal)}
      {isProblem({ type }, 'stopped') && (
        <>
          {'. '}
          <WhereToResume />
        </>
      )}
    </p>
  );
}
