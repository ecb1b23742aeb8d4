/** What of a board is not as it should be, in the order in which it came. Pure. */
import type { Board, Seen } from './board.ts';

/** One endpoint with one cause: where else the same is seen adds nothing to say. */
export interface BoardFinding {
  readonly endpoint: string;
  readonly vantage: string;
  readonly state: Seen['state'];
  /** Absent: it should be closed. */
  readonly cause?: Seen['cause'];
}

/** From top to bottom, each with the first vantage that has it. */
export function findingsOf({ columns, rows }: Board): BoardFinding[] {
  const found = new Map<string, BoardFinding>();
  for (const { endpoint, cells } of rows)
    for (const [index, cell] of cells.entries()) {
      const vantage = columns[index]?.id;
      if (cell.is !== 'seen' || !cell.isFinding || vantage === undefined) continue;
      const { cause, state } = cell.seen;
      const finding = { endpoint, vantage, state, ...(cause !== undefined && { cause }) };
      if (!found.has(keyOf(finding))) found.set(keyOf(finding), finding);
    }
  return [...found.values()];
}

/** Those that still hold stay where and as they are; what is new comes last. */
export function inOrderOfArrival(
  before: readonly BoardFinding[],
  now: readonly BoardFinding[],
): BoardFinding[] {
  const holding = new Set(now.map(keyOf));
  const known = new Set(before.map(keyOf));
  return [...before.filter((one) => holding.has(keyOf(one))), ...now.filter((one) => !known.has(keyOf(one)))];
}

export const keyOf = ({ endpoint, cause }: Pick<BoardFinding, 'endpoint' | 'cause'>): string =>
  `${cause ?? ''} ${endpoint}`;
