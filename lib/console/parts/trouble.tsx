import { isProblem } from '../../service/contracts/problem-kinds.ts';
import { isSignedOut } from '../api/reply.ts';
import type { LiveTrouble } from '../live/use-answer.ts';
import { useSpeech } from '../words/words.ts';
import { refusalWords } from './refusal-words.ts';
import { SignedOut } from './signed-out.tsx';
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
        <SignedOut again={again} />
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
