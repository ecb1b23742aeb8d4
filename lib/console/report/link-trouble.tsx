import { NO_BASE_URL, NO_LINKS_AT, whyNoLinks } from '../../service/contracts/no-links.ts';
import type { Calling } from '../live/use-call.ts';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

/** Why no link was made. Where none can be, the API says what to type on the command line; here a button is beside it. */
export function LinkTrouble({ of }: { readonly of: Calling['trouble'] }) {
  const { say } = useSpeech();
  const why =
    of?.status === 'refused' && of.refusal.at === NO_LINKS_AT ? whyNoLinks(of.refusal.detail) : undefined;
  if (why === undefined) return <Trouble of={of} />;
  return (
    <p class="trouble" role="alert">
      {why === NO_BASE_URL ? say('report.link.nowhere') : say('report.link.astray', { why })}
    </p>
  );
}
