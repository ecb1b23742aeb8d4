import type { ReportHead } from '../../engine/report-schema.ts';
import { visible } from './visible.ts';

/** Settings that are listed one by one. */
const NAMED = 6;

/**
 * The line under the headline that says what changes the meaning of a pass; undefined for a run with the defaults. One line of
 * visible text; it contains names that a user chose, so escape it for the format.
 */
export function measuredWithLine({
  measuredWith = [],
}: Pick<ReportHead, 'measuredWith'>): string | undefined {
  if (measuredWith.length === 0) return undefined;
  const told = measuredWith.slice(0, NAMED).map(({ text }) => text);
  const more = measuredWith.length - told.length;
  return visible(`Measured with ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`);
}
