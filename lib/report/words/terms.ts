/** The words and units that all formats share, so that one thing has one name in every report. */

import { knownWords } from '../../engine/known-words.ts';
import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import { VERDICTS } from '../../model/severity-order.ts';
import { duration } from '../../model/units.ts';
import type { Side, State, Verdict } from '../../model/vocabulary.ts';
import { hostPort } from '../../net/host-port.ts';
import { printable } from '../../net/printable.ts';
import { fixedSource, sourceBySocket } from '../../net/source.ts';
import { SIDE_WORDS, VERDICT_TITLE } from '../language/common-words.ts';
import { visible } from './visible.ts';

/** A verdict is readable without colour; the usual ones have four columns, so that a list is aligned. */
export const VERDICT_WORD = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
} as const satisfies Record<Verdict, string>;

export const VERDICT_SYMBOL = {
  pass: '✓',
  warn: '!',
  fail: '✗',
  inconclusive: '?',
} as const satisfies Record<Verdict, string>;

const raw = (word: unknown): string | undefined =>
  typeof word === 'string' ? visible(printable(word, 60)) : undefined;

/** Who has to act; a word of a later version unchanged. */
export const sideWords = (
  { side, unread }: Pick<EndpointReport, 'side' | 'unread'>,
  words: Readonly<Record<Side, string>> = SIDE_WORDS,
): string | undefined => (side === undefined ? raw(unread?.side) : words[side]);

/** The same as its code. */
export const sideCode = ({ side, unread }: Pick<EndpointReport, 'side' | 'unread'>): string =>
  side ?? raw(unread?.side) ?? '';

/** The verdict as one word; one of a later version unchanged. */
export const verdictWord = (
  { verdict, unread }: Pick<EndpointReport, 'verdict' | 'unread'>,
  words: Readonly<Record<Verdict, string>> = VERDICT_TITLE,
): string => raw(unread?.verdict) ?? words[verdict];

/** The same as its code. */
export const verdictCode = ({ verdict, unread }: Pick<EndpointReport, 'verdict' | 'unread'>): string =>
  raw(unread?.verdict) ?? verdict;

/** The state as one word, likewise. */
export const stateWord = (
  { state, unread }: Pick<ReportObservation, 'state' | 'unread'>,
  words?: Readonly<Record<State, string>>,
): string => raw(unread?.state) ?? words?.[state] ?? state;

/** The verdict of an earlier run, which a later version may have written. */
export const pastVerdict = (verdict: string): Pick<EndpointReport, 'verdict' | 'unread'> =>
  knownWords({ verdict });

/** `1 endpoint`, `2 endpoints`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `3 passed, 1 failed`; those with a count of 0 are left out. */
export function countsPhrase(counts: Record<Verdict, number>): string {
  const words = { fail: 'failed', inconclusive: 'inconclusive', warn: 'with a warning', pass: 'passed' };
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${counts[verdict]} ${words[verdict]}`,
  );
  return parts.length > 0 ? parts.join(', ') : 'nothing was checked';
}

/**
 * `198.51.100.7:40312`: the source that the far end's firewall logs, with the port as sent; only the vantage's fixed
 * address where translation changed it. `undefined` when neither is known.
 *
 * @param ofVantage the vantage's public address, where it is known
 */
export function sourceOf(
  { localAddress, localPort, address }: ReportObservation,
  ofVantage?: string,
): string | undefined {
  const fixed = fixedSource(ofVantage, address);
  const seen = sourceBySocket(localAddress, address);
  if (seen === undefined || (fixed !== undefined && fixed !== seen)) return fixed ?? seen;
  return localPort === undefined ? seen : hostPort(seen, localPort);
}

/** `local (198.51.100.7:40312) → [2001:db8::1]:443, attempt 2`: from where to where. */
export function route(observation: ReportObservation, port: number): string {
  const { vantage, address, attempt } = observation;
  const seen = sourceOf(observation);
  const source = seen === undefined ? '' : ` (${seen})`;
  const to = address === '' ? '' : ` → ${hostPort(address, port)}`;
  return `${vantage}${source}${to}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
}

/** `connect 11.2 ms, tls 24.6 ms, total 58.9 ms`: the phases that were measured. */
export const timingsLine = (
  { dns, connect, tls, firstByte, total }: ReportObservation['timings'],
  names: Readonly<Record<string, string>> = {},
): string =>
  Object.entries({ dns, connect, tls, 'first byte': firstByte, total })
    .filter((phase): phase is [string, number] => phase[1] !== undefined)
    .map(([name, milliseconds]) => `${names[name] ?? name} ${duration(milliseconds)}`)
    .join(', ');
