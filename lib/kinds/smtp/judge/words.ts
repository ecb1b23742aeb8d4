import type { Sentence } from '../../contract/sentences.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpReply, SmtpResult } from '../observation.ts';

/** How a session ended before its time, as the predicate of a sentence. */
export function endPhrase({ end }: Pick<SmtpResult, 'end'>): Sentence {
  switch (end) {
    case 'fin':
      return say.endClosed({});
    case 'reset':
      return say.endReset({});
    case 'timeout':
      return say.endSilent({});
    case 'too-large':
      return say.endTooLarge({});
    case 'deadline':
      return say.endDeadline({});
    case 'complete':
      return say.endComplete({});
    default:
      return end satisfies never;
  }
}

/** A reply in one line, at most about 200 characters; where it ends with another code than it began, its last line. */
export function quoteReply(reply: SmtpReply): string {
  const { code, lines, began } = reply;
  const text = `${code} ${began === undefined ? lines.join(' / ') : (lines.at(-1) ?? '')}`.trimEnd();
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** Equal lines of one reply after which it is no reply any more, but holds the client up. */
const REPEATED_LINES = 5;

/** The line that a reply without end repeats (`220-please wait`), and how often it came. */
export function repeatedLine({
  end,
  unfinished = '',
}: SmtpResult): { line: string; count: number } | undefined {
  if (end !== 'timeout') return undefined;
  const lines = unfinished.split('\\r\\n').filter((line) => /^\d{3}-/.test(line));
  const [line] = lines;
  const isSame = lines.length >= REPEATED_LINES && lines.every((each) => each === line);
  return isSame && line !== undefined ? { line: line.slice(0, 80), count: lines.length } : undefined;
}
