import type { ReportHead } from '../../engine/report-schema.ts';
import { englishWording, type Wording } from '../language/wording.ts';
import { visible } from './visible.ts';

/** Settings that are listed one by one. */
const NAMED = 6;

/**
 * The line under the headline that says what changes the meaning of a pass; undefined for a run with the defaults. One line of
 * visible text; it contains names that a user chose, so escape it for the format.
 */
export function measuredWithLine(
  { measuredWith = [] }: Pick<ReportHead, 'measuredWith'>,
  { words, phrase }: Wording = englishWording,
): string | undefined {
  if (measuredWith.length === 0) return undefined;
  const told = measuredWith.slice(0, NAMED).map(({ text }) => phrase(text));
  const more = measuredWith.length - told.length;
  return visible(words.measuredWith(told.join('; '), more));
}
