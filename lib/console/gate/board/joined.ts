/** The board with what came from the other end. Pure. */
import type { Decided } from '../../../engine/report-listener.ts';
import type { EndpointReport, Report } from '../../../engine/report-schema.ts';
import type { GateRow } from './follow-gate.ts';

/** A signed report beside the one of the run. */
export interface BothEndsReport {
  readonly runId: string;
  readonly report: Report;
}

export interface JoinedRow extends GateRow {
  /** What the evidence of both ends decides, or why it decides nothing. */
  readonly decided: readonly Decided[];
  /** Epoch ms at which the run began that it is about. */
  readonly decidedAt?: number;
}

/**
 * Verdict and words are those of the joined report as long as the endpoint was not measured again. Whose turn it is, both ends know better than one,
 * also of a later run that fails in the same way.
 */
export function withJoined(
  rows: readonly GateRow[],
  joined: BothEndsReport | undefined,
): readonly JoinedRow[] {
  const read = new Map<string, EndpointReport>(joined?.report.endpoints.map((one) => [one.id, one]));
  const decided = joined?.report.listeners?.flatMap((part) => part.decided) ?? [];
  return rows.map((row) => {
    const { endpoint, runId } = row;
    const told = read.get(endpoint.id);
    const isSame = runId === joined?.runId;
    const now = isSame ? (told ?? endpoint) : endpoint;
    const own = now.verdict === 'pass' ? [] : decided.filter((one) => one.endpoint === endpoint.id);
    const side = isSame || told?.cause === now.cause ? own.find((one) => one.side)?.side : undefined;
    return {
      ...row,
      endpoint: side === undefined ? now : { ...now, side },
      decided: own,
      ...(own.length > 0 && joined && { decidedAt: Date.parse(joined.report.startedAt) }),
    };
  });
}

/** Whether a challenge was sent there, so that somebody can read its words. */
export const isReadable = ({ endpoint: { observations } }: GateRow): boolean =>
  observations.some(({ evidence }) => 'listener' in evidence && evidence.listener?.readBack !== undefined);
