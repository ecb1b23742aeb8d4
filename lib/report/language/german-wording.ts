/** A report in German: its messages by their keys, and what has no key by its English text. What is not known stays English. */
import { causeOf } from '../../kinds/causes.ts';
import { germanCauses } from '../../kinds/causes-de.ts';
import { germanOf } from '../../kinds/messages-de.ts';
import type { Message } from '../../model/message.ts';
import { german } from './german.ts';
import { germanFix } from './german-fix.ts';
import { germanPhrase } from './german-phrases.ts';
import { readMessage } from './read-message.ts';
import type { Said, Wording } from './wording.ts';

export const germanWording: Wording = {
  words: german,
  said,
  cause(code) {
    const known = causeOf(code);
    return known && { summary: germanCauses[known.code].summary, proof: known.proof };
  },
  fix: germanFix,
  phrase: germanPhrase,
};

function said({ summary, message, furtherMessages = [] }: Said): string {
  if (message === undefined) return summary;
  const messages = [message, ...furtherMessages].map(readMessage);
  const texts = messages.map((one: Message | undefined) => one && germanOf(one, germanPhrase));
  return texts.includes(undefined) ? summary : texts.join(' ');
}
