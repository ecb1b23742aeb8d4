/** Whose turn it is, of what does not pass: who has most to do stands first. Pure. */
import type { EndpointReport } from '../../../engine/report-schema.ts';
import type { GateRow } from './follow-gate.ts';

export interface Turn {
  readonly side: NonNullable<EndpointReport['side']>;
  readonly count: number;
  /** Epoch ms at which the first of them began. */
  readonly since: number;
}

export const isRed = ({ endpoint: { verdict } }: Pick<GateRow, 'endpoint'>): boolean =>
  verdict === 'fail' || verdict === 'inconclusive';

export function turnsOf(rows: readonly Pick<GateRow, 'endpoint' | 'since'>[]): readonly Turn[] {
  const turns = new Map<Turn['side'], Turn>();
  for (const row of rows) {
    const { side } = row.endpoint;
    if (side === undefined || !isRed(row)) continue;
    const { count = 0, since = row.since } = turns.get(side) ?? {};
    turns.set(side, { side, count: count + 1, since: Math.min(since, row.since) });
  }
  return [...turns.values()].sort((one, other) => other.count - one.count || one.since - other.since);
}
