/**
 * Adds a run to an endpoint's record. Pure: the port decides where records are kept. One machine needs the
 * report and the record together (`advance`); in the fleet one step makes the report and another stores the record.
 */
import { type EndpointRecord, HISTORY_SCHEMA, type PastRun, type ReportHistory } from '../history.ts';
import type { EndpointReport } from '../report-schema.ts';
import { changesBetween } from './changes.ts';
import { endpointState } from './endpoint-state.ts';

/** Runs kept of one endpoint: at one run an hour the last day and more, at one a day a month. */
export const MAX_RUNS = 30;

/** Id of the run, and when it started (ISO 8601 UTC). */
export interface RunStamp {
  readonly id: string;
  readonly startedAt: string;
}

export interface Advanced {
  /** The report with the history before it; unchanged at the endpoint's first run. */
  readonly report: EndpointReport;
  /** The record to store. */
  readonly record: EndpointRecord;
}

export function advance(record: EndpointRecord | undefined, report: EndpointReport, run: RunStamp): Advanced {
  return { report: reportAfter(record, report, run), record: recordAfter(record, report, run) };
}

/** An endpoint that is named twice in one run has one history. */
const isIn = ({ runs }: EndpointRecord, { id }: RunStamp): boolean => runs.at(-1)?.run === id;

/** The record with this run in it; the same object when the run was in it already. */
export function recordAfter(
  record: EndpointRecord | undefined,
  report: EndpointReport,
  stamp: RunStamp,
): EndpointRecord {
  if (record !== undefined && isIn(record, stamp)) return record;
  const now = pastRun(report, stamp);
  const isGood = report.verdict === 'pass' || report.verdict === 'warn';
  const lastGood = isGood ? now : record?.lastGood;
  return {
    schema: HISTORY_SCHEMA,
    endpoint: report.id,
    target: report.target,
    runs: [...(record?.runs ?? []), now].slice(-MAX_RUNS),
    ...(lastGood && { lastGood }),
    ...unchangedSince(record, report, stamp.startedAt).record,
  };
}

/** The report with what came before this run. */
export function reportAfter(
  record: EndpointRecord | undefined,
  report: EndpointReport,
  stamp: RunStamp,
): EndpointReport {
  if (record === undefined || isIn(record, stamp)) return report;
  const history: ReportHistory = {
    ...unchangedSince(record, report, stamp.startedAt).report,
    runs: record.runs.map(({ run, at, state: { verdict, causes } }) => ({
      run,
      at,
      verdict,
      ...(causes[0] !== undefined && { cause: causes[0] }),
    })),
    changes: changesSince(record, pastRun(report, stamp)),
  };
  return { ...report, history };
}

const pastRun = (report: EndpointReport, { id, startedAt }: RunStamp): PastRun => ({
  run: id,
  at: startedAt,
  state: endpointState(report),
});

/** A run that proves nothing ends no state: what was proven before remains until something else is proven. */
function unchangedSince(
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
