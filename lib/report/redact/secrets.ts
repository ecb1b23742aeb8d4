/** What must not be read in a redacted report, and how it is removed from a text. */

import type { EndpointReport } from '../../engine/report-schema.ts';
import type { Evidence } from '../../kinds/evidence.ts';
import { peopleOf } from '../../kinds/redactions.ts';
import type { ExchangeLine } from '../../model/observed.ts';

export const REDACTED = '[redacted]';

/** RFC 5321 §4.1.1.3, as far as a line of it was kept. */
const RCPT_TO = /\bRCPT TO:\s*<?([^>"”…]*)[>…]?/gi;
const REDACTED_RCPT_TO = `RCPT TO:<${REDACTED}>`;

/** A local part shorter than this is removed only where it is a whole word: `a` is in every sentence. */
const WORD_ONLY_BELOW = 3;
/** A shorter answer (`OK`) says nothing about a person and is in other sentences, too. */
const ECHO_FROM = 4;
/** This many characters of a server's text are enough to recognise it where it was shortened. */
const KNOWN_BY = 8;

export interface Secrets {
  /** For any text: removes whole addresses. */
  readonly withoutAddresses: (text: string) => string;
  /** For sentences and the peer's text about an endpoint that named a recipient; undefined: it named none. */
  of(endpoint: EndpointReport): ((text: string) => string) | undefined;
}

export function secretsOf(endpoints: readonly EndpointReport[]): Secrets {
  const named = new Map(endpoints.map((endpoint) => [endpoint, recipientsOf(endpoint)]));
  const addresses = [...new Set([...named.values()].flat())].filter((text) => text !== '');
  const withoutAddresses = eraser(addresses.flatMap((text) => [text, encodeURIComponent(text)]));
  return {
    withoutAddresses,
    of(endpoint) {
      const recipients = named.get(endpoint) ?? [];
      if (recipients.length === 0) return undefined;
      const locals = recipients
        .map((address) => address.replace(/@[^@]*$/, ''))
        .filter((text) => text !== '');
      const withoutLocals = eraser(
        locals.filter((text) => text.length >= WORD_ONLY_BELOW),
        locals.filter((text) => text.length < WORD_ONLY_BELOW),
      );
      const echoes = endpoint.observations.flatMap(({ evidence }) => saidToRecipient(evidence));
      return (text) =>
        withoutLocals(withoutAddresses(echoes.reduce(withoutEcho, text.replace(RCPT_TO, REDACTED_RCPT_TO))));
    },
  };
}

/** Those of the evidence, and of commands that were never answered. */
function recipientsOf({ observations }: EndpointReport): string[] {
  return observations.flatMap(({ evidence }) => {
    const { named, ours } = peopleOf(evidence);
    const sent = (evidence.exchange ?? [])
      .filter(({ dir }) => dir === 'sent')
      .flatMap(({ text }) => [...text.matchAll(RCPT_TO)].map(([, address = '']) => address));
    return [...named, ...sent].filter((address) => !ours.includes(address));
  });
}

export const isRcptTo = ({ dir, text }: ExchangeLine): boolean =>
  dir === 'sent' && /^\s*RCPT TO:/i.test(text);

/** What came between a RCPT TO and the next command. */
export function isSaidToRecipient(exchange: readonly ExchangeLine[], index: number): boolean {
  const before = exchange.slice(0, index).findLast(({ dir }) => dir === 'sent');
  return exchange[index]?.dir === 'received' && before !== undefined && isRcptTo(before);
}

function saidToRecipient(evidence: Evidence): string[] {
  const { exchange = [] } = evidence;
  const lines = exchange.filter((_, index) => isSaidToRecipient(exchange, index)).map(({ text }) => text);
  return [...lines, ...peopleOf(evidence).said].map(withoutCode).filter((text) => text.length >= ECHO_FROM);
}

/** `550 5.1.1 No such user` without `550 `; RFC 5321 §4.2. */
const withoutCode = (line: string): string => line.replace(/^\d{3}[ -]/, '').trim();

/** Removes what a server said, also where its end was cut off. */
function withoutEcho(text: string, echo: string): string {
  const known = echo.slice(0, KNOWN_BY);
  let left = text;
  for (let at = left.indexOf(known); at >= 0; at = left.indexOf(known, at + REDACTED.length)) {
    let end = known.length;
    while (end < echo.length && left[at + end] === echo[end]) end += 1;
    if (left[at + end] === '…') end += 1;
    left = left.slice(0, at) + REDACTED + left.slice(at + end);
  }
  return left;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Replaces each of the texts, and each of the words where it is not part of a longer word, in upper or lower case. */
function eraser(texts: readonly string[], words: readonly string[] = []): (text: string) => string {
  const longestFirst = (a: string, b: string): number => b.length - a.length;
  const patterns = [
    ...[...texts].sort(longestFirst).map(escaped),
    ...words.map((word) => `(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`),
  ];
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.join('|'), 'giu');
  return (text) => text.replace(pattern, REDACTED);
}
