import { useSpeech } from '../words/words.ts';
import { formatFor } from './reader-clock.ts';

/** In the reader's zone, with UTC beside it for who reads a log. */
export function Time({ iso }: { readonly iso: string }) {
  const { language } = useSpeech();
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return <span>{iso}</span>;
  const local = formatFor(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  return (
    <time dateTime={iso}>
      {local} <span class="dim">({iso.slice(11, 16)} UTC)</span>
    </time>
  );
}
