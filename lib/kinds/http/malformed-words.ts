/** What an answer breaks of HTTP/1.1, in words. Apart from the diagnosis, because the report says it of evidence, too. */
import { catalogue, type Sentence, sentences } from '../contract/sentences.ts';
import type { Malformed, MalformedRule } from './observation.ts';

/** A part of the catalogue `http`. */
export const malformedPatterns = {
  ruleBytesBeforeStatusLine: 'bytes before the status line',
  ruleNoStatusLine: 'a page without status line and headers (HTTP/0.9)',
  ruleIcy: 'ICY in place of HTTP in the status line',
  ruleVersion: 'a version that is none of HTTP/1',
  ruleStatusCode: 'a status line without a code of three digits',
  ruleStatusLineSpaces: 'more than one space in the status line',
  ruleBareLf: 'a line end without carriage return',
  ruleNul: 'a NUL byte in the headers',
  ruleControlCharacter: 'a control character in a header value',
  ruleSpaceBeforeColon: 'white space before the colon of a header',
  ruleNameNotAToken: 'a header name with characters that names may not have',
  ruleNoColon: 'a header line without colon',
  ruleEmptyName: 'a header without name',
  ruleFoldedLine: 'a header that goes on in the next line',
  ruleFoldedFirstLine: 'a first header line that begins with white space',
  ruleLengthAndChunked: 'a Content-Length together with Transfer-Encoding: chunked',
  ruleLengthsDiffer: 'different Content-Lengths',
  ruleLengthRepeated: 'the same Content-Length more than once',
  ruleLengthNotANumber: 'a Content-Length that is no number',
  ruleLocationsDiffer: 'two different Locations',
  ruleDispositionsDiffer: 'two different Content-Dispositions',
  ruleTransferCoding: 'a Transfer-Encoding other than chunked',
  ruleChunkedIn10: 'Transfer-Encoding in HTTP/1.0, where browsers show the chunk sizes as text',
  ruleLastChunkUnfinished: 'chunks whose end is cut off',
  brokenRule: '{rule} ("{line}")',
} as const;

const say = sentences(catalogue('http', malformedPatterns));

export const RULES: Readonly<Record<MalformedRule, Sentence>> = {
  'bytes-before-status-line': say.ruleBytesBeforeStatusLine({}),
  'no-status-line': say.ruleNoStatusLine({}),
  icy: say.ruleIcy({}),
  version: say.ruleVersion({}),
  'status-code': say.ruleStatusCode({}),
  'status-line-spaces': say.ruleStatusLineSpaces({}),
  'bare-lf': say.ruleBareLf({}),
  nul: say.ruleNul({}),
  'control-character': say.ruleControlCharacter({}),
  'space-before-colon': say.ruleSpaceBeforeColon({}),
  'name-not-a-token': say.ruleNameNotAToken({}),
  'no-colon': say.ruleNoColon({}),
  'empty-name': say.ruleEmptyName({}),
  'folded-line': say.ruleFoldedLine({}),
  'folded-first-line': say.ruleFoldedFirstLine({}),
  'length-and-chunked': say.ruleLengthAndChunked({}),
  'lengths-differ': say.ruleLengthsDiffer({}),
  'length-repeated': say.ruleLengthRepeated({}),
  'length-not-a-number': say.ruleLengthNotANumber({}),
  'locations-differ': say.ruleLocationsDiffer({}),
  'dispositions-differ': say.ruleDispositionsDiffer({}),
  'transfer-coding': say.ruleTransferCoding({}),
  'chunked-in-1.0': say.ruleChunkedIn10({}),
  'last-chunk-unfinished': say.ruleLastChunkUnfinished({}),
};

/** `a header line without colon ("nothing here")`. */
export const phraseOf = ({ rule, line }: Malformed): Sentence =>
  say.brokenRule({ rule: RULES[rule], line: line.slice(0, 120) });

/** The same with who refuses the answer for it. */
export function malformedWords(one: Malformed): string {
  const { text } = phraseOf(one);
  return one.refusedBy.length === 0 ? text : `${text}; refused by ${one.refusedBy.join(', ')}`;
}
