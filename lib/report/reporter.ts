import type { EndpointReport, ReportHead, ReportTail } from '../model/report.ts';
import type { Seal } from '../sign/signature.ts';

/** What a format may depend on; formats are pure, so the terminal's nature comes in here. */
export interface FormatOptions {
  /** Columns; terminal format only. */
  readonly width: number;
  readonly color: boolean;
  /** Show the evidence of endpoints that pass, too. */
  readonly verbose: boolean;
  /** Signs what a format with `endSigned` writes; absent: reports are not signed. */
  readonly seal?: Seal;
}

/**
 * Turns a run into text, piece by piece: each call returns the text to append ('' for none). A streaming format
 * holds no endpoint; a whole-document format keeps them until `end`.
 */
export interface Reporter {
  begin(head: ReportHead): string;
  endpoint(report: EndpointReport): string;
  end(tail: ReportTail): string;
  /**
   * Instead of `end`, with the signature of `FormatOptions.seal`; there when the format carries one and a seal was
   * given. Rejects when the key is out of reach; `end` may still be called then.
   */
  endSigned?(tail: ReportTail): Promise<string>;
}

export interface ReportFormat {
  readonly id: string;
  readonly extension: string;
  readonly mediaType: string;
  /** True when memory stays flat in the number of endpoints. */
  readonly streams: boolean;
  open(options: FormatOptions): Reporter;
}
