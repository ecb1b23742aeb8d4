import type { EndpointReport, Report, ReportHead, ReportTail } from '../model/report.ts';
import { createReportDigest, type ReportDigest } from '../sign/canonical.ts';
import type { FormatOptions, Reporter, ReportFormat } from './reporter.ts';
import { visibleJson } from './visible.ts';

const INDENT = 2;

/** A value two or four columns in, as JSON.stringify would print it inside its parent. */
const nested = (value: unknown, columns: number): string =>
  visibleJson(value, INDENT).replaceAll('\n', `\n${' '.repeat(columns)}`);

type Members = Partial<Omit<Report, 'endpoints'>>;

/** `"key": value` lines of the report's own level; absent keys are left out, as JSON.stringify does. */
const lines = (members: Members): string =>
  Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${nested(value, INDENT)}`)
    .join(',\n');

const without = (members: Members, known: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([key]) => !Object.hasOwn(known, key)));

/** What is written before the first endpoint: all that is known but the vantages, which learn while the run lasts. */
function headMembers({ vantages: _vantages, ...head }: ReportHead): Members {
  return head;
}

function tailMembers({ counts: _counts, ...tail }: ReportTail): Members {
  return tail;
}

/**
 * The whole report as in docs/report.schema.json, pretty-printed. It is written as it comes: what is known at the
 * start, then each endpoint, then verdict and vantages, so that 10,000 endpoints need no more memory than one.
 * Unseen characters (controls, bidi) are written as \uXXXX: nothing is lost and a terminal obeys nothing.
 */
export const json: ReportFormat = {
  id: 'json',
  extension: 'json',
  mediaType: 'application/json',
  streams: true,
  open: ({ seal }) => createReporter(seal),
};

function createReporter(seal: FormatOptions['seal']): Reporter {
  let endpoints = 0;
  let head: Members = {};
  let digest: ReportDigest | undefined;
  const close = (rest: Members): string => `${endpoints > 0 ? '\n  ' : ''}],\n${lines(rest)}\n}\n`;
  return {
    begin(start) {
      head = headMembers(start);
      if (seal) digest = createReportDigest(head);
      return `{\n${lines(head)},\n  "endpoints": [`;
    },
    endpoint(report: EndpointReport) {
      endpoints += 1;
      digest?.endpoint(report);
      return `${endpoints > 1 ? ',' : ''}\n    ${nested(report, 2 * INDENT)}`;
    },
    end: (tail) => close(without(tailMembers(tail), head)),
    ...(seal && {
      async endSigned(tail: ReportTail): Promise<string> {
        const rest = without(tailMembers(tail), head);
        const report = digest?.end({ ...head, ...rest });
        if (report === undefined) throw new TypeError('end before begin');
        return close({ ...rest, signature: await seal.sign({ report }) });
      },
    }),
  };
}
