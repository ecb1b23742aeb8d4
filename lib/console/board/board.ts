/** What is shown of a run while it goes on: endpoint × vantage, from the API's status. Pure. */
import type { RunStatus } from '../../service/contracts/runs.ts';

type Vantage = RunStatus['vantages'][number];
export type Seen = NonNullable<Vantage['seen']>[number];

export interface BoardColumn extends Pick<Vantage, 'id' | 'error'> {
  readonly status: Vantage['status'] | 'waiting' | 'unmeasured' | 'unfinished';
}

/**
 * `isFinding`: not as it should be, as far as one look can tell. `none`: this vantage says nothing of the endpoint, as it was not
 * asked, or is lost. `unmeasured`: the run was over before it did.
 */
export type Cell =
  | { readonly is: 'seen'; readonly seen: Seen; readonly isFinding: boolean }
  | { readonly is: 'waiting' | 'unmeasured' | 'none' };

export interface BoardRow {
  readonly endpoint: string;
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
}

export interface Board {
  readonly columns: readonly BoardColumn[];
  readonly rows: readonly BoardRow[];
}

/**
 * A row for each endpoint that the plan has or a vantage has seen, and a column for each vantage, in the plan's order: what is there
 * from the beginning does not move what stands beside and below it.
 */
export function boardOf({ status: run, vantages, planned = [], plannedVantages = [] }: RunStatus): Board {
  const isOver = run !== 'running';
  const asked = new Map(vantages.map((one) => [one.id, one]));
  const columns = [...new Set([...plannedVantages, ...asked.keys()])].map((id): BoardColumn => {
    const { status: its = 'waiting', error } = asked.get(id) ?? {};
    return { id, status: isOver ? atTheEnd(its) : its, ...(error !== undefined && { error }) };
  });
  const seen = columns.map(
    ({ id }) => new Map((asked.get(id)?.seen ?? []).map((each) => [each.endpoint, each])),
  );
  const shut = new Set(planned.filter(({ expect }) => expect === 'closed').map(({ endpoint }) => endpoint));
  const endpoints = new Set(planned.map(({ endpoint }) => endpoint));
  for (const its of seen) for (const endpoint of its.keys()) endpoints.add(endpoint);
  const cell = (endpoint: string, index: number): Cell => {
    const one = seen[index]?.get(endpoint);
    if (one !== undefined) return { is: 'seen', seen: one, isFinding: isWrong(one, shut.has(endpoint)) };
    const { id = '', status } = columns[index] ?? {};
    // In a confirmation it is asked for what failed.
    const isFirst = (asked.get(id)?.attempt ?? 1) === 1;
    if (isOver) return { is: status !== 'answered' && isFirst ? 'unmeasured' : 'none' };
    return { is: status !== 'answered' && status !== 'lost' && isFirst ? 'waiting' : 'none' };
  };
  return {
    columns,
    rows: [...endpoints].map((endpoint) => ({
      endpoint,
      cells: columns.map((_, index) => cell(endpoint, index)),
    })),
  };
}

/** Of a run that is over nothing is under way. */
function atTheEnd(status: BoardColumn['status']): BoardColumn['status'] {
  if (status === 'waiting') return 'unmeasured';
  return status === 'probing' || status === 'starting' ? 'unfinished' : status;
}

/** That a port is closed which must be is no finding, and that it answers is one. */
const isWrong = ({ state, cause }: Seen, mustBeClosed: boolean): boolean =>
  mustBeClosed ? state === 'open' || state === 'broken' : cause !== undefined;

/** How many cells are filled, of those that will be. */
export function filledOf({ rows }: Board): { readonly filled: number; readonly all: number } {
  const cells = rows.flatMap((row) => row.cells).filter(({ is }) => is !== 'none');
  return { filled: cells.filter(({ is }) => is === 'seen').length, all: cells.length };
}

/** Rows of an earlier run that this one does not measure stay as they were, where they were. */
export function boardAfter(before: Board, now: Board): Board {
  if (before.rows.length === 0) return now;
  const columns = [
    ...before.columns.map((one) => now.columns.find(({ id }) => id === one.id) ?? one),
    ...now.columns.filter(({ id }) => !before.columns.some((one) => one.id === id)),
  ];
  const cellsOf = (row: BoardRow | undefined, { columns: own }: Board): Map<string, Cell> =>
    new Map(row?.cells.map((cell, index) => [own[index]?.id ?? '', cell]));
  const endpoints = new Set([...before.rows, ...now.rows].map(({ endpoint }) => endpoint));
  return {
    columns,
    rows: [...endpoints].map((endpoint) => {
      const row = now.rows.find((one) => one.endpoint === endpoint);
      const cells =
        row === undefined
          ? cellsOf(
              before.rows.find((one) => one.endpoint === endpoint),
              before,
            )
          : cellsOf(row, now);
      return { endpoint, cells: columns.map(({ id }): Cell => cells.get(id) ?? { is: 'none' }) };
    }),
  };
}
