import { withUnreadWords } from '../engine/known-words.ts';
import { endpointJson } from './report-json.ts';
import type { ReportFormat } from './reporter.ts';
import { visibleJson } from './words/visible.ts';

const line = (type: 'head' | 'endpoint' | 'tail', value: object): string =>
  `${visibleJson({ type, ...value })}\n`;

/**
 * JSON lines: `{"type":"head",…}` (what is known at the start), one `{"type":"endpoint",…}` as each is judged, and
 * `{"type":"tail",…}` with verdict, counts and vantages. The fields are those of docs/report.schema.json.
 */
export const jsonl: ReportFormat = {
  id: 'jsonl',
  extension: 'jsonl',
  mediaType: 'application/jsonl',
  streams: true,
  open: () => ({
    begin: (head) => line('head', head),
    endpoint: (report) => line('endpoint', endpointJson(report)),
    end: (tail) => line('tail', withUnreadWords(tail)),
  }),
};
