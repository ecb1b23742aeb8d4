/** What stands in a comparison's cells, in the console's words. Pure. */
import type { AnswerOf } from '../api/operations.ts';
import type { Speech } from '../words/words.ts';

type ComparedLine = Pick<AnswerOf<'compareRuns'>['differences'][number], 'what'>;

const VERDICTS = ['pass', 'warn', 'fail', 'inconclusive'] as const;
const STATES = ['open', 'closed', 'filtered', 'broken', 'inconclusive'] as const;

/** @param value of the run before or after; absent: a dash */
export function differenceWords(
  { what }: ComparedLine,
  value: string | undefined,
  say: Speech['say'],
): string {
  if (value === undefined) return '–';
  switch (what) {
    case 'verdict':
    case 'added':
    case 'removed': {
      // As `fail (tcp.refused)`.
      const [word = '', ...cause] = value.split(' ');
      const verdict = VERDICTS.find((one) => one === word);
      return verdict === undefined ? value : [say(`verdict.${verdict}`), ...cause].join(' ');
    }
    case 'vantage': {
      const state = STATES.find((one) => one === value);
      return state === undefined ? value : say(`state.${state}`);
    }
    case 'cause':
    case 'certificate':
    case 'address':
      return value;
    default:
      what satisfies never;
      return value;
  }
}
