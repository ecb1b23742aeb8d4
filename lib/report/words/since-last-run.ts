/** What changed since the runs before, in the same words in every short report. */
import type { EndpointReport } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
import { VERDICT_TITLE } from '../language/common-words.ts';

/** More differences than this drown the rest; they are counted. */
const MOST = 4;

const TITLES = {
  'last-run': 'since the run before',
  'last-good-run': 'since the last run that passed',
} as const;

/**
 * One line each, neither visible nor escaped yet: since when it is so, and what differs. Of a pass only what differs from
 * the run before; none where no history is kept, and at the first run.
 */
export function changedLines({ history, verdict }: Pick<EndpointReport, 'history' | 'verdict'>): string[] {
  if (history === undefined) return [];
  const told =
    verdict === 'pass' ? history.changes.filter(({ since }) => since === 'last-run') : history.changes;
  const changes = told
    .filter(({ differences }) => differences.length > 0)
    .map(({ since, at, differences }) => {
      const shown = differences.slice(0, MOST).map(({ text }) => text);
      const more = differences.length > MOST ? `; and ${differences.length - MOST} more` : '';
      return `${TITLES[since]} (${utc(at)}): ${shown.join('; ')}${more}`;
    });
  if (verdict === 'pass') return changes;
  const same = history.changes.some(
    ({ since, differences }) => since === 'last-run' && differences.length === 0,
  );
  const start = `${VERDICT_TITLE[verdict]} ${history.atLeast ? 'at least since' : 'since'} ${utc(history.since)}`;
  return [`${start}${same ? '; nothing changed since the run before' : ''}`, ...changes];
}
