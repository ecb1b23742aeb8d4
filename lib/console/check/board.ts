/** What is shown of a run while it goes on: endpoint × vantage, from the API's status. Pure. */
import type { RunStatus } from '../../service/contracts/runs.ts';

type Vantage = RunStatus['vantages'][number];
export type Seen = NonNullable<Vantage['seen']>[number];

export interface Board {
  readonly vantages: readonly Vantage[];
  readonly rows: readonly { readonly endpoint: string; readonly cells: readonly (Seen | undefined)[] }[];
}

/**
 * A row for each endpoint that the plan has or a vantage has seen, in the plan's order: rows that are there from the beginning
 * don't move what stands below them.
 */
export function boardOf({ vantages, planned = [] }: RunStatus): Board {
  const seen = vantages.map((one) => new Map((one.seen ?? []).map((each) => [each.endpoint, each])));
  const endpoints = new Set(planned.map(({ endpoint }) => endpoint));
  for (const its of seen) for (const endpoint of its.keys()) endpoints.add(endpoint);
  return {
    vantages,
    rows: [...endpoints].map((endpoint) => ({ endpoint, cells: seen.map((its) => its.get(endpoint)) })),
  };
}

export interface FirstFinding {
  readonly endpoint: string;
  readonly vantage: string;
  readonly seen: Seen;
}

/** The first cell with a cause: what a person on the phone can already say. */
export function firstFinding({ vantages, rows }: Board): FirstFinding | undefined {
  for (const { endpoint, cells } of rows)
    for (const [index, seen] of cells.entries()) {
      const vantage = vantages[index];
      if (seen?.cause !== undefined && vantage !== undefined) return { endpoint, vantage: vantage.id, seen };
    }
  return undefined;
}
