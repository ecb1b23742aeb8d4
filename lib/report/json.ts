import type { EndpointReport, Report, ReportHead } from '../model/report.ts';
import type { ReportFormat } from './reporter.ts';
import { visibleJson } from './visible.ts';

const INDENT = 2;

/** A value two or four columns in, as JSON.stringify would print it inside its parent. */
const nested = (value: unknown, columns: number): string =>
  visibleJson(value, INDENT).replaceAll('\n', `\n${' '.repeat(columns)}`);

/** `"key": value` lines of the report's own level; absent keys are left out, as JSON.stringify does. */
const members = (entries: Partial<Report>): string[] =>
  Object.entries(entries)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${nested(value, INDENT)}`);

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
  open() {
    let endpoints = 0;
    return {
      begin(head: ReportHead): string {
        const { schema, id, profile, startedAt, notice } = head;
        const known = members({
          schema,
          id,
          ...(profile !== undefined && { profile }),
          startedAt,
          ...(notice !== undefined && { notice }),
        });
        return `{\n${known.join(',\n')},\n  "endpoints": [`;
      },
      endpoint(report: EndpointReport): string {
        endpoints += 1;
        return `${endpoints > 1 ? ',' : ''}\n    ${nested(report, 2 * INDENT)}`;
      },
      end(tail): string {
        const { finishedAt, verdict, summary, partial, vantages } = tail;
        const rest = members({
          finishedAt,
          verdict,
          summary,
          ...(partial !== undefined && { partial }),
          vantages,
        });
        return `${endpoints > 0 ? '\n  ' : ''}],\n${rest.join(',\n')}\n}\n`;
      },
    };
  },
};
