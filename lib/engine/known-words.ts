import * as z from 'zod';
import { Side, State, Verdict } from '../model/vocabulary.ts';

/** What a later version may have more words for, in a report. */
export const ReportedState = z.union([State, z.string()]);
export const ReportedSide = z.union([Side, z.string()]);
export const ReportedVerdict = z.union([Verdict, z.string()]);

/** Fields with a word that this version doesn't know, unchanged. */
export type UnreadWords = Readonly<Record<string, unknown>>;

/** The same object with only the words of this version; `unread` holds the others. */
export type KnownWords<T> = {
  [K in keyof T]: K extends 'verdict'
    ? Verdict
    : K extends 'state'
      ? State
      : K extends 'side'
        ? Side | undefined
        : T[K];
} & { unread?: UnreadWords };

const isKnown: Readonly<Record<string, (word: unknown) => boolean>> = {
  verdict: (word) => Verdict.safeParse(word).success,
  state: (word) => State.safeParse(word).success,
  side: (word) => Side.safeParse(word).success,
};

/** A verdict or state that this version doesn't know proves nothing, and an unknown side names no party. */
const REPLACEMENT: Readonly<Record<string, string>> = { verdict: 'inconclusive', state: 'inconclusive' };

/** Never fails. `withUnreadWords` gives the object as it was. */
export function knownWords<T extends object>(read: T): KnownWords<T> {
  const unread: Record<string, unknown> = {};
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(read)) {
    // A field of this name in the file is not ours.
    const fits = name !== 'unread' && (value === undefined || (isKnown[name]?.(value) ?? true));
    if (fits) known[name] = value;
    else unread[name] = value;
    if (!fits && REPLACEMENT[name] !== undefined) known[name] = REPLACEMENT[name];
  }
  // Each field has its own value, or one that its narrower type has.
  return (Object.keys(unread).length === 0 ? read : { ...known, unread }) as KnownWords<T>;
}

/** As in the file: each unknown word back in its place. */
export function withUnreadWords<T extends { readonly unread?: UnreadWords }>(read: T): object {
  if (read.unread === undefined) return read;
  const { unread, ...known } = read;
  return { ...known, ...unread };
}
