import type { EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { englishOf } from '../../lib/kinds/messages.ts';
import { Message } from '../../lib/model/message-schema.ts';

type Said = Pick<EndpointReport, 'summary' | 'message' | 'furtherMessages'>;

/** The summary as its keys and parameters give it after a way through JSON; undefined: a key is missing or not known. */
function rendered({ message, furtherMessages = [] }: Said): string | undefined {
  if (message === undefined) return undefined;
  const texts = [message, ...furtherMessages].map((one) =>
    englishOf(Message.parse(JSON.parse(JSON.stringify(one)))),
  );
  return texts.includes(undefined) ? undefined : texts.join(' ');
}

const ifOther = (where: string, said: Said): string[] => {
  const text = rendered(said);
  return text === said.summary ? [] : [`${where}: ${text ?? 'no text'} (the summary: ${said.summary})`];
};

/** Sentences of an endpoint and of its observations that their keys and parameters do not give, word by word. */
export const unrendered = (endpoint: EndpointReport): string[] => [
  ...ifOther(endpoint.id, endpoint),
  ...endpoint.observations.flatMap((one) => ifOther(`${endpoint.id} from ${one.vantage}`, one)),
];

/** The same of a whole report. */
export const unrenderedIn = (report: Report): string[] => [
  ...ifOther('the run', report),
  ...report.endpoints.flatMap(unrendered),
];

/** The same of an endpoint alone, whose observations may come from tests that give them no keys. */
export const unrenderedSummary = (endpoint: EndpointReport): string[] => ifOther(endpoint.id, endpoint);
