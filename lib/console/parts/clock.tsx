import { useSpeech } from '../words/words.ts';
import { formatFor } from './reader-clock.ts';

/** A time of today, to the second, in the reader's zone. */
export function Clock({ at }: { readonly at: number }) {
  const { language } = useSpeech();
  const text = formatFor(language, { timeStyle: 'medium' }).format(at);
  return <time dateTime={new Date(at).toISOString()}>{text}</time>;
}
