/** What a person read aloud, taken into the reports of a run before they are written. Pure. */
import { causes } from '../../kinds/causes.ts';
import { storedText } from '../../kinds/contract/fault.ts';
import type { Sentence } from '../../kinds/contract/sentences.ts';
import { type ReadBack, wasAsked } from '../../kinds/listener/read-back-port.ts';
import { verdictSentence as say } from '../../kinds/run-causes/verdict-messages.ts';
import { CAUSE_DEFAULTS } from '../../model/cause-codes.ts';
import { countVerdicts } from '../../model/verdict-counts.ts';
import type { EndpointReport, Report, ReportTail } from '../report-schema.ts';
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

const CAUSE = 'path.words-differ';

function failed(report: EndpointReport, said: Sentence): EndpointReport {
  const earlier = [...(report.message ? [report.message] : []), ...(report.furtherMessages ?? [])];
  const { summary, message } = storedText(said);
  const also = [...(report.cause === undefined ? [] : [report.cause]), ...(report.alsoFound ?? [])];
  return {
    ...report,
    verdict: 'fail',
    cause: CAUSE,
    ...(also.length > 0 && { alsoFound: also.filter((one) => one !== CAUSE) }),
    side: CAUSE_DEFAULTS[CAUSE].side,
    fix: causes[CAUSE].next,
    summary: `${summary} ${report.summary}`,
    ...(message && { message }),
    furtherMessages: earlier,
  };
}

/** The end of a run whose endpoints have changed. */
export function concludedAnew(tail: ReportTail, reports: readonly EndpointReport[]): ReportTail {
  const counts = countVerdicts(reports);
  const answered = tail.vantages.filter(({ unavailable }) => unavailable === undefined).length;
  const scope = {
    vantages: Math.max(1, answered),
    partial: tail.partial === true,
    headline: createHeadline(reports),
  };
  return { ...tail, ...concludeRun(counts, scope), counts };
}

/** What was typed for a port; of one host where it is named, else of whichever has the port. */
export interface WordsTyped {
  readonly host?: string;
  readonly port: number;
  readonly result: ReadBack;
}

/** A report that was made before the words were read, with its verdict anew. Its signature no longer fits, and is left away. */
export function withWordsRead(
  { signature: _, writing: __, endpoints, ...rest }: Report,
  typed: readonly WordsTyped[],
): Report {
  const results = new Map(
    endpoints.filter(wasAsked).flatMap(({ id, host, port }): [string, ReadBack][] => {
      const one = typed.find((it) => it.port === port && (it.host === undefined || it.host === host));
      return one === undefined ? [] : [[id, one.result]];
    }),
  );
  const told = endpoints.map((endpoint) => withReadAloud(endpoint, results));
  const { counts: _counts, ...tail } = concludedAnew({ ...rest, counts: countVerdicts(told) }, told);
  return { ...tail, endpoints: told };
}
