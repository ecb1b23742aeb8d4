import { asJsonEscape, UNSEEN } from '../../model/unseen.ts';

const MAX = 80;

/**
 * Quotes what the user wrote for a message: one line, bounded, with control characters and those that reverse the
 * direction of text made visible, like all other invisible ones.
 */
export function quote(text: string): string {
  const cut = text.length > MAX ? `${text.slice(0, MAX - 1)}…` : text;
  return JSON.stringify(cut).replace(UNSEEN, asJsonEscape);
}
