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
}

/** Verdict and words are those of the joined report as long as the endpoint was not measured again. */
export function withJoined(
  rows: readonly GateRow[],
  joined: BothEndsReport | undefined,
): readonly JoinedRow[] {
  const read = new Map<string, EndpointReport>(joined?.report.endpoints.map((one) => [one.id, one]));
  const decided = joined?.report.listeners?.flatMap((part) => part.decided) ?? [];
  return rows.map((row) => {
    const { endpoint, runId } = row;
    const now = runId === joined?.runId ? (read.get(endpoint.id) ?? endpoint) : endpoint;
    return {
      ...row,
      endpoint: now,
      decided: now.verdict === 'pass' ? [] : decided.filter((one) => one.endpoint === endpoint.id),
    };
  });
}

/** Whether a challenge was sent there, so that somebody can read its words. */
export const isReadable = ({ endpoint: { observations } }: GateRow): boolean =>
  observations.some(({ evidence }) => 'listener' in evidence && evidence.listener?.readBack !== undefined);
