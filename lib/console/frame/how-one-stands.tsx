import type { ApiStanding } from '../live/standing.ts';
import { SignedOut } from '../parts/signed-out.tsx';
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
  if (standing === 'answers') return null;
  return (
    <div class="standing" role="alert">
      {standing === 'away' ? (
        <p>{say('trouble.away')}</p>
      ) : (
        <p>
          <SignedOut again={again} />
        </p>
      )}
    </div>
  );
}
