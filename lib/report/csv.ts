import { stringify } from 'csv-stringify/sync';
import type { EndpointReport } from '../engine/report-schema.ts';
import { lastAttempts } from '../engine/verdict/last-attempts.ts';
import type { ReportFormat } from './reporter.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { sideCode, stateWord, verdictCode } from './words/terms.ts';
import { visible, visibleLines } from './words/visible.ts';

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
  'measured_with',
] as const;
type Row = Record<(typeof COLUMNS)[number], string>;

/** `local 192.0.2.1 open; local 2001:db8::1 filtered (tcp.filtered)`: what counted, address by address. */
function observationsCell(report: EndpointReport): string {
  return lastAttempts(report.observations)
    .map((one) => {
      const { vantage, address, cause } = one;
      return [vantage, address, stateWord(one), cause === undefined ? '' : `(${cause})`]
        .filter((part) => part !== '')
        .join(' ');
    })
    .join('; ');
}

function row(report: EndpointReport, measured: string): Row {
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
    verdict: verdictCode(report),
    cause: report.cause ?? '',
    also_found: report.alsoFound?.join(' ') ?? '',
    side: sideCode(report),
    summary: visible(report.summary),
    fix: visibleLines(report.fix ?? '').join('\n'),
    flapped: report.flapped ? 'yes' : '',
    reason: visible(report.reason ?? ''),
    source: visible(report.source ?? ''),
    observations: visible(observationsCell(report)),
    started_at: started ?? '',
    slowest_ms: Number.isFinite(slowest) ? slowest.toFixed(1) : '',
    measured_with: measured,
  };
}

/**
 * RFC 4180: header row, CRLF, quotes where needed; UTF-8 without a byte order mark. A spreadsheet runs a cell that
 * begins with = + - or @ (or tab, CR) as a formula, so such a cell gets a leading apostrophe, which spreadsheets
 * hide and other readers see. Where the list separator is a semicolon, as in much of Europe, a spreadsheet that reads
 * this file ends a cell there, even inside quotes: the text after it begins a cell, too. Full-width signs begin formulas in some.
 */
const FORMULA = /(^|;)([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

const record = (cells: readonly string[]): string =>
  stringify([cells.map((cell) => cell.replace(FORMULA, "$1$2'"))], {
    record_delimiter: 'windows',
    // RFC 4180 §2.6: any line break inside a cell needs quotes, not only the CRLF that ends a record.
    quoted_match: /[\r\n]/,
  });

export const csv: ReportFormat = {
  id: 'csv',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  streams: true,
  open() {
    let measured = '';
    return {
      begin(head) {
        measured = measuredWithLine(head) ?? '';
        return record(COLUMNS);
      },
      endpoint(report) {
        const cells = row(report, measured);
        return record(COLUMNS.map((column) => cells[column]));
      },
      end: () => '',
    };
  },
};
