/** What a redacted report lacks, said before it is made: by comparing it with the whole one, so that the list can't say less than what is done. Pure. */
import type { Report } from '../engine/report-schema.ts';
import { redact } from './redact.ts';

export const TAKEN_OUT = ['requester', 'voucher', 'maintenance', 'acknowledgement', 'text'] as const;

export interface TakenOut {
  /** `text`: a piece of a sentence, an address or evidence. */
  readonly what: (typeof TAKEN_OUT)[number];
  readonly was: string;
  /** In how many places. */
  readonly times: number;
}

const MAX_TEXT = 120;

/** Names of people first, then pieces of text, the most frequent first. */
export function takenOut(report: Report): TakenOut[] {
  const clean = redact(report);
  const { requestedBy, maintenance, acknowledged, authorisation } = report;
  const voucher = authorisation?.kind === 'listener' ? authorisation.others : authorisation;
  const named = [
    ...(requestedBy === undefined ? [] : [one('requester', requestedBy)]),
    ...(voucher?.kind === 'vouched' ? [one('voucher', `${voucher.by}: ${voucher.reason}`)] : []),
    ...(maintenance === undefined ? [] : [one('maintenance', maintenance.reason)]),
    ...(acknowledged === undefined
      ? []
      : [one('acknowledgement', `${acknowledged.by}: ${acknowledged.reason}`)]),
  ];
  const times = new Map<string, number>();
  for (const part of ['endpoints', 'vantages', 'listeners', 'measuredWith', 'remarks'] as const)
    for (const was of lost(report[part], clean[part])) times.set(was, (times.get(was) ?? 0) + 1);
  const texts = [...times].sort(([, a], [, b]) => b - a);
  return [...named, ...texts.map(([was, count]) => ({ ...one('text', was), times: count }))];
}

const one = (what: TakenOut['what'], was: string): TakenOut => ({ what, was: shortened(was), times: 1 });
const shortened = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

/** The pieces of text that one value has and the other has not. */
function lost(before: unknown, after: unknown): string[] {
  if (typeof before === 'string') return before === after ? [] : [replaced(before, after)].filter(Boolean);
  if (Array.isArray(before)) {
    const others: readonly unknown[] = Array.isArray(after) ? after : [];
    return before.flatMap((value, index) => lost(value, others[index]));
  }
  if (typeof before !== 'object' || before === null) return [];
  const others: Readonly<Record<string, unknown>> = isRecord(after) ? after : {};
  return Object.entries(before).flatMap(([key, value]) => lost(value, others[key]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stood where the texts differ. */
function replaced(before: string, after: unknown): string {
  if (typeof after !== 'string') return shortened(before);
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return shortened(before.slice(start, before.length - end).trim());
}
