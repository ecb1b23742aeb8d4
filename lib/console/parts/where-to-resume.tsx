import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';

/** When everything is stopped: the way to where it goes on. */
export function WhereToResume() {
  const { say } = useSpeech();
  return <a href={addressOf({ view: 'settings', part: 'vantages' })}>{say('stop.where')}</a>;
}
