import { stringify } from 'csv-stringify/sync';
import type { EndpointReport } from '../model/report.ts';
import type { ReportFormat } from './reporter.ts';
import { visible, visibleLines } from './visible.ts';
import { lastAttempts } from './words.ts';

/** The columns, in order; new ones are only ever added at the end. Times are UTC, durations milliseconds. */
const COLUMNS = [
  'target',
  'endpoint',
  'kind',
  'host',
  'port',
  'path',
  'expect',
  'level',
  'verdict',
  'cause',
  'also_found',
  'side',
  'summary',
  'fix',
  'flapped',
  'reason',
  'source',
  'observations',
  'started_at',
  'slowest_ms',
] as const;
type Row = Record<(typeof COLUMNS)[number], string>;

/** `local 192.0.2.1 open; local 2001:db8::1 filtered (tcp.filtered)`: what counted, address by address. */
function observationsCell(report: EndpointReport): string {
  return lastAttempts(report.observations)
    .map(({ vantage, address, state, cause }) =>
      [vantage, address, state, cause === undefined ? '' : `(${cause})`]
        .filter((part) => part !== '')
        .join(' '),
    )
    .join('; ');
}

function row(report: EndpointReport): Row {
  const observations = report.observations;
  const started = observations.map(({ startedAt }) => startedAt).sort()[0];
  const slowest = Math.max(...lastAttempts(observations).map(({ timings }) => timings.total));
  return {
    target: visible(report.target),
    endpoint: visible(report.id),
    kind: report.kind,
    host: visible(report.host),
    port: String(report.port),
    path: visible(report.path ?? ''),
    expect: report.expect,
    level: report.level,
    verdict: report.verdict,
    cause: report.cause ?? '',
    also_found: report.alsoFound?.join(' ') ?? '',
    side: report.side ?? '',
    summary: visible(report.summary),
    fix: visibleLines(report.fix ?? '').join('\n'),
    flapped: report.flapped ? 'yes' : '',
    reason: visible(report.reason ?? ''),
    source: visible(report.source ?? ''),
    observations: visible(observationsCell(report)),
    started_at: started ?? '',
    slowest_ms: Number.isFinite(slowest) ? slowest.toFixed(1) : '',
  };
}

/**
 * RFC 4180: header row, CRLF, quotes where needed; UTF-8 without a byte order mark. A spreadsheet runs a cell that
 * begins with = + - or @ (or tab, CR) as a formula, so such a cell gets a leading apostrophe, which spreadsheets
 * hide and other readers see.
 */
const record = (cells: readonly string[]): string =>
  stringify([[...cells]], {
    record_delimiter: 'windows',
    escape_formulas: true,
    // RFC 4180 §2.6: any line break inside a cell asks for quotes, not only the CRLF that ends a record.
    quoted_match: /[\r\n]/,
  });

export const csv: ReportFormat = {
  id: 'csv',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  streams: true,
  open: () => ({
    begin: () => record(COLUMNS),
    endpoint(report) {
      const cells = row(report);
      return record(COLUMNS.map((column) => cells[column]));
    },
    end: () => '',
  }),
};
