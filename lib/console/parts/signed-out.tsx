import { useHome } from '../home/home-context.ts';
import { useSpeech } from '../words/words.ts';

/** That the session has ended, and the way to sign in again without losing what was typed. */
export function SignedOut({ again }: { readonly again: (() => void) | undefined }) {
  const { say } = useSpeech();
  const { signInAgain } = useHome();
  return (
    <>
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
    </>
  );
}
