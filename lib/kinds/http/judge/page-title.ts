/** The title of a page as a browser shows it; the observation holds it as the page has it. */
import { decodeHTML } from 'entities/decode';
import { printable } from '../../../net/printable.ts';
import type { HttpResult } from '../observation.ts';

const MOST = 500;

/** Character references decoded and white space collapsed; undefined when there is no title or an empty one. */
export function pageTitle({ title }: Pick<HttpResult, 'title'>): string | undefined {
  if (title === undefined) return undefined;
  // A reference may mean a character that is invisible, or that would move a terminal's cursor.
  const text = printable(decodeHTML(title).replace(/\s+/g, ' ').trim(), MOST);
  return text === '' ? undefined : text;
}
