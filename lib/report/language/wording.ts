/** What the page says beside its own labels: sentences of the report and of the documentation of causes, in one language. */
import type { EndpointReport } from '../../engine/report-schema.ts';
import { causeOf } from '../../kinds/causes.ts';
import { english, type PageWords } from './english.ts';

/** A text of a report, and the same as keys and parameters where it has them; parameters of a later version may be anything. */
export interface Said {
  readonly summary: string;
  readonly message?: ReportedMessage | undefined;
  readonly furtherMessages?: readonly ReportedMessage[] | undefined;
}
export interface ReportedMessage {
  readonly key: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Texts are raw, as in the report: the page makes them visible and escapes them. */
export interface Wording {
  readonly words: PageWords;
  /** The English text where a key or a parameter is not known. */
  said(said: Said): string;
  /** Undefined for a cause of a later version. */
  cause(code: string): { readonly summary: string; readonly proof: string } | undefined;
  /** What to do next; undefined where the report has nothing of it. */
  fix(report: Pick<EndpointReport, 'fix' | 'cause' | 'alsoFound' | 'port' | 'at'>): string | undefined;
  /** A short text of our own that has no key: the label of a fact, a setting, why a client does not connect. */
  phrase(english: string): string;
}

export const englishWording: Wording = {
  words: english,
  said: ({ summary }) => summary,
  cause: causeOf,
  fix: ({ fix }) => fix,
  phrase: (text) => text,
};
