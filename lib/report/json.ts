import { withUnreadWords } from '../engine/known-words.ts';
import type { EndpointReport, ReportHead, ReportTail } from '../engine/report-schema.ts';
import { endpointJson } from './report-json.ts';
import type { FormatOptions, Reporter, ReportFormat } from './reporter.ts';
import { createReportDigest, type ReportDigest } from './signature/canonical.ts';
import { createTextPieces, type Members, REPORT_TEXT } from './signature/writing.ts';

/** What is known before the first endpoint: all except the vantages, whose facts grow during the run. */
function headMembers({ vantages: _vantages, ...head }: ReportHead): Members {
  return head;
}

const tailMembers = ({ counts: _counts, ...tail }: ReportTail): Members => ({ ...withUnreadWords(tail) });

/**
 * The whole report as in docs/report.schema.json, pretty-printed by the rule of signature/writing.ts. It is written step by
 * step: what is known at the start, then each endpoint, then verdict and vantages, so that 10,000 endpoints need no more
 * memory than one.
 */
export const json: ReportFormat = {
  id: 'json',
  extension: 'json',
  mediaType: 'application/json',
  streams: true,
  open: ({ seal }) => createReporter(seal),
};

function createReporter(seal: FormatOptions['seal']): Reporter {
  const text = createTextPieces();
  let head: Members = {};
  let digest: ReportDigest | undefined;
  return {
    begin(start) {
      head = headMembers(start);
      if (seal) digest = createReportDigest(head);
      return text.begin(head);
    },
    endpoint(report: EndpointReport) {
      const written = endpointJson(report);
      digest?.endpoint(written);
      return text.endpoint(written);
    },
    end: (tail) => text.end(tailMembers(tail)),
    ...(seal && {
      async endSigned(tail: ReportTail): Promise<string> {
        const members = { ...tailMembers(tail), writing: REPORT_TEXT };
        const report = digest?.end(members);
        if (report === undefined) throw new TypeError('end before begin');
        return text.end({ ...members, signature: await seal.sign({ report }) });
      },
    }),
  };
}
