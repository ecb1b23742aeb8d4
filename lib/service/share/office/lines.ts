/** What offices saw, as Markdown for a ticket and as lines for a terminal. */
import { utc } from '../../../model/units.ts';
import { inline } from '../../../report/markdown/escape.ts';
import type { ListedOffice } from '../../contracts/shares.ts';

/** `undefined` where there is none yet. What a visitor wrote is never markup. */
export function officeTicket(offices: readonly ListedOffice[]): string | undefined {
  const told = offices.filter(({ outcomes }) => outcomes.length > 0);
  if (told.length === 0) return undefined;
  return `### From offices\n\n${told
    .map(
      ({ endpoint, outcomes }) =>
        `${inline(`${endpoint}, from a browser there:`)}\n\n${outcomes
          .map(({ place, says }) => `- ${place === undefined ? '' : `${inline(place)}: `}${inline(says)}\n`)
          .join('')}`,
    )
    .join('\n')}`;
}

/** A line for each outcome, newest last. */
export const officeLines = (offices: readonly ListedOffice[]): string[] =>
  offices.flatMap(({ endpoint, outcomes }) =>
    outcomes.map(
      ({ at, place, says }) =>
        `${utc(at)}  ${endpoint}${place === undefined ? '' : `  ${place}`}\n    ${says}`,
    ),
  );
