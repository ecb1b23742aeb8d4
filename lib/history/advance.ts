/** Takes an endpoint's record one run further. Pure: where records are kept is the port's matter. */
import { changesBetween } from '../diff/changes.ts';
import { endpointState } from '../diff/endpoint-state.ts';
import { type EndpointRecord, HISTORY_SCHEMA, type PastRun, type ReportHistory } from '../model/history.ts';
import type { EndpointReport } from '../model/report.ts';

/** Runs kept of one endpoint: at one run an hour the last day and more, at one a day a month. */
export const MAX_RUNS = 30;

/** Id of the run, and when it started (ISO 8601 UTC). */
export interface RunStamp {
  readonly id: string;
  readonly startedAt: string;
}

export interface Advanced {
  /** The report with what came before; as it was at the endpoint's first run. */
  readonly report: EndpointReport;
  /** What is to be kept. */
  readonly record: EndpointRecord;
}

export function advance(
  record: EndpointRecord | undefined,
  report: EndpointReport,
  { id, startedAt }: RunStamp,
): Advanced {
  // An endpoint that is named twice in one run has one history.
  if (record?.runs.at(-1)?.run === id) return { report, record };
  const now: PastRun = { run: id, at: startedAt, state: endpointState(report) };
  const held = heldSince(record, report, startedAt);
  const isGood = report.verdict === 'pass' || report.verdict === 'warn';
  const lastGood = isGood ? now : record?.lastGood;
  const next: EndpointRecord = {
    schema: HISTORY_SCHEMA,
    endpoint: report.id,
    target: report.target,
    runs: [...(record?.runs ?? []), now].slice(-MAX_RUNS),
    ...(lastGood && { lastGood }),
    ...held.record,
  };
  if (record === undefined) return { report, record: next };
  const history: ReportHistory = {
    ...held.report,
    runs: record.runs.map(({ run, at, state: { verdict, causes } }) => ({
      run,
      at,
      verdict,
      ...(causes[0] !== undefined && { cause: causes[0] }),
    })),
    changes: changesSince(record, now),
  };
  return { report: { ...report, history }, record: next };
}

/** A run that proves nothing ends no state: what was proven before it holds until something else is. */
function heldSince(
  record: EndpointRecord | undefined,
  { verdict, cause }: EndpointReport,
  at: string,
): {
  report: Pick<ReportHistory, 'since' | 'atLeast'>;
  record: Pick<EndpointRecord, 'proven' | 'unprovenSince'>;
} {
  const proven = record?.proven;
  if (verdict === 'inconclusive') {
    const since = record?.unprovenSince ?? at;
    const atLeast = proven === undefined;
    return { report: { since, atLeast }, record: { ...(proven && { proven }), unprovenSince: since } };
  }
  const same = proven?.verdict === verdict && proven.cause === cause;
  const since = same ? proven.since : at;
  const atLeast = same ? proven.atLeast : proven === undefined;
  return {
    report: { since, atLeast },
    record: { proven: { verdict, ...(cause !== undefined && { cause }), since, atLeast } },
  };
}

function changesSince({ runs, lastGood }: EndpointRecord, now: PastRun): ReportHistory['changes'] {
  const last = runs.at(-1);
  const compare = (
    since: ReportHistory['changes'][number]['since'],
    { run, at, state }: PastRun,
  ): ReportHistory['changes'][number] => ({
    since,
    run,
    at,
    verdict: state.verdict,
    differences: changesBetween(state, now.state),
  });
  return [
    ...(last === undefined ? [] : [compare('last-run', last)]),
    // The last run itself may be the last good one; once is enough.
    ...(lastGood === undefined || lastGood.run === last?.run ? [] : [compare('last-good-run', lastGood)]),
  ];
}
