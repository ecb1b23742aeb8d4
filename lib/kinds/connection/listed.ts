import type { Sentence } from '../contract/sentences.ts';
import { clientSentence as say } from './client-messages.ts';

/** `A`, `A and B`, `A, B and C`; nothing for none. */
export function listed(words: readonly Sentence[]): Sentence | string {
  const last = words.at(-1);
  if (last === undefined) return '';
  return words.length === 1 ? last : say.listed({ first: words.slice(0, -1), last });
}
