import { type Language, useSpeech } from '../words/words.ts';

/** Made once: a list shows many times. */
const formats = new Map<Language, Intl.DateTimeFormat>();

function formatOf(language: Language): Intl.DateTimeFormat {
  const known = formats.get(language);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  formats.set(language, made);
  return made;
}

/** In the reader's zone, with UTC beside it for who reads a log. */
export function Time({ iso }: { readonly iso: string }) {
  const { language } = useSpeech();
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return <span>{iso}</span>;
  const local = formatOf(language).format(at);
  return (
    <time dateTime={iso}>
      {local} <span class="dim">({iso.slice(11, 16)} UTC)</span>
    </time>
  );
}
