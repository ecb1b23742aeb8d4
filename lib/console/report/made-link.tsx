import { CopyButton } from '../parts/copy-button.tsx';
import { useSpeech } from '../words/words.ts';

/** A link that was just made: it can't be shown again. */
export function MadeLink({ link }: { readonly link: string | undefined }) {
  const { say } = useSpeech();
  return link === undefined ? null : (
    <p class="code" role="status">
      {say('report.link.made')} <a href={link}>{link}</a> <CopyButton text={link} about={link} />
    </p>
  );
}
