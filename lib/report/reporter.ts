import type { EndpointReport, ReportHead, ReportTail } from '../model/report.ts';

/** What a format may depend on; formats are pure, so the terminal's nature comes in here. */
export interface FormatOptions {
  /** Columns; terminal format only. */
  readonly width: number;
  readonly color: boolean;
  /** Show the evidence of endpoints that pass, too. */
  readonly verbose: boolean;
}

/**
 * Turns a run into text, piece by piece: each call returns the text to append ('' for none). A streaming format
 * holds no endpoint; a whole-document format keeps them until `end`.
 */
export interface Reporter {
  begin(head: ReportHead): string;
  endpoint(report: EndpointReport): string;
  end(tail: ReportTail): string;
}

export interface ReportFormat {
  readonly id: string;
  readonly extension: string;
  readonly mediaType: string;
  /** True when memory stays flat in the number of endpoints. */
  readonly streams: boolean;
  open(options: FormatOptions): Reporter;
}
