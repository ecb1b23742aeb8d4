import { useSpeech } from '../words/words.ts';
import { formatFor, isSameDay } from './reader-clock.ts';
import { Time } from './time.tsx';

/** A time of today, to the second, in the reader's zone; of another day with its date, and UTC. */
export function Clock({ at }: { readonly at: number }) {
  const { language } = useSpeech();
  const iso = new Date(at).toISOString();
  if (!isSameDay(at, Date.now())) return <Time iso={iso} />;
  return <time dateTime={iso}>{formatFor(language, { timeStyle: 'medium' }).format(at)}</time>;
}
