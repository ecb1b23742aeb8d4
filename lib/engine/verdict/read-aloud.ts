/** What a person read aloud, taken into the reports of a run before they are written. Pure. */
import { storedText } from '../../kinds/contract/fault.ts';
import type { Sentence } from '../../kinds/contract/sentences.ts';
import type { ReadBack } from '../../kinds/listener/read-back-port.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import { countVerdicts } from '../../model/verdict-counts.ts';
import type { EndpointReport, ReportTail } from '../report-schema.ts';
import { createHeadline } from './headline.ts';
import { concludeRun } from './run.ts';

/** What became of the words that were typed in for an endpoint; by its id. Nothing: none were typed. */
export type ReadAloud = ReadonlyMap<string, ReadBack>;

/** Right words are told; wrong ones fail the endpoint, whatever answered. */
export function withReadAloud(report: EndpointReport, results: ReadAloud): EndpointReport {
  const result = results.get(report.id);
  switch (result?.status) {
    case undefined:
    case 'not-asked':
      return report;
    case 'right': {
      const { summary, message } = storedText(say.wordsRight({}));
      return {
        ...report,
        summary: `${report.summary} ${summary}`,
        furtherMessages: [...(report.furtherMessages ?? []), ...(message ? [message] : [])],
      };
    }
    case 'of-another-port':
      return failed(report, say.wordsOfAnotherPort({ port: result.port }));
    case 'wrong':
      return failed(report, say.wordsWrong({}));
    default:
      return result satisfies never;
  }
}

function failed(report: EndpointReport, said: Sentence): EndpointReport {
  const earlier = [...(report.message ? [report.message] : []), ...(report.furtherMessages ?? [])];
  const { summary, message } = storedText(said);
  return {
    ...report,
    verdict: 'fail',
    summary: `${summary} ${report.summary}`,
    ...(message && { message }),
    furtherMessages: earlier,
  };
}

/** The end of a run whose endpoints have changed. */
export function concludedAnew(tail: ReportTail, reports: readonly EndpointReport[]): ReportTail {
  const counts = countVerdicts(reports);
  const scope = { vantages: 1, partial: tail.partial === true, headline: createHeadline(reports) };
  return { ...tail, ...concludeRun(counts, scope), counts };
}
