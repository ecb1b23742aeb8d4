import type { EndpointReport, ReportHead, ReportTail } from '../engine/report-schema.ts';
import type { ReportLanguage } from './language/report-language.ts';
import type { Seal } from './signature/signature.ts';

/** What a format may depend on; formats are pure, so facts about the terminal are passed in here. */
export interface FormatOptions {
  /** Columns; terminal format only. */
  readonly width: number;
  readonly color: boolean;
  /** Show the evidence of endpoints that pass, too. */
  readonly verbose: boolean;
  /** Show the rules of problems without `verbose`; terminal format only. */
  readonly rules?: boolean;
  /** Of the page, `en` where absent; the data inside it and all other formats are the same in each. */
  readonly language?: ReportLanguage;
  /** Signs what a format with `endSigned` writes; absent: reports are not signed. */
  readonly seal?: Seal;
}

/**
 * Turns a run into text, piece by piece: each call returns the text to append ('' for none). A streaming format
 * keeps no endpoint; a whole-document format keeps them until `end`.
 */
export interface Reporter {
  begin(head: ReportHead): string;
  endpoint(report: EndpointReport): string;
  end(tail: ReportTail): string | Promise<string>;
  /**
   * Instead of `end`, with the signature of `FormatOptions.seal`; present when the format has one and a seal was
   * given. Rejects when the key can't be reached; `end` may still be called then.
   */
  endSigned?(tail: ReportTail): Promise<string>;
  /**
   * The same text as `endSigned` or `end` give, for who writes each piece away before the next one is made. Rejects before the
   * first piece when the key can't be reached.
   */
  endInPieces?(tail: ReportTail, signed: boolean): AsyncIterable<string>;
}

export interface ReportFormat {
  readonly id: string;
  readonly extension: string;
  readonly mediaType: string;
  /** True when memory does not grow with the number of endpoints. */
  readonly streams: boolean;
  open(options: FormatOptions): Reporter;
}
