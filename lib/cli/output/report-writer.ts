import type { ReportTail } from '../../engine/report-schema.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import { type InputError, inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { loadFormat } from '../../report/formats.ts';
import type { FormatOptions, Reporter } from '../../report/reporter.ts';
import type { Output } from './output-plan.ts';
import { openFileSink, type Sink, streamSink } from './sink.ts';

export interface ReportWriter {
  readonly events: RunEvents;
  /** Ends all reports; returns, in words, the faults that lost any. */
  close(): Promise<string[]>;
}

export interface ReportWriterOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly terminal: FormatOptions;
  /** Called before anything is written to standard output: removes a progress line from the same screen. */
  readonly beforeStdout: () => void;
  /** No report has a reader any more. */
  readonly onAllBroken: () => void;
}

interface OpenReport {
  readonly reporter: Reporter;
  readonly sink: Sink;
  readonly before: () => void;
  /** Makes the whole document into something else that is written in its place: a PDF. */
  readonly convert?: (document: string) => Promise<ParseResult<Uint8Array>>;
}

/** Opens all outputs before the run starts, so that no probe is made for a bad path. */
export async function openReports(
  outputs: readonly Output[],
  options: ReportWriterOptions,
): Promise<ParseResult<ReportWriter>> {
  const open: OpenReport[] = [];
  const whenBroken = () => {
    if (open.every(({ sink }) => sink.broken)) options.onAllBroken();
  };
  for (const output of outputs) {
    const report = await openReport(output, options, whenBroken);
    if (!report.ok) return discard(open, report);
    open.push(report.value);
  }
  const all = async (text: (reporter: Reporter) => string): Promise<void> => {
    const writes = open.map(({ reporter, sink, before }) => {
      const piece = text(reporter);
      if (piece !== '') before();
      return sink.write(piece);
    });
    await Promise.all(writes);
  };
  let ending: Promise<string[]> = Promise.resolve([]);
  return parsed({
    events: {
      begin: (head) => void all((reporter) => reporter.begin(head)),
      endpoint: (report) => all((reporter) => reporter.endpoint(report)),
      end(tail) {
        ending = Promise.all(open.map((report) => end(report, tail))).then((faults) => faults.flat());
      },
    },
    async close() {
      const lost = await ending;
      const faults = await Promise.all(open.map(({ sink }) => sink.close()));
      return [...lost, ...faults.filter((fault) => fault !== undefined)];
    },
  });
}

async function openReport(
  { format, path }: Output,
  options: ReportWriterOptions,
  whenBroken: () => void,
): Promise<ParseResult<OpenReport>> {
  const { terminal } = options;
  const formatOptions = path === undefined ? terminal : { ...terminal, width: 100, color: false };
  const convert = format === 'pdf' ? await pdfConverter() : undefined;
  if (convert?.ok === false) return convert;
  const sink: ParseResult<Sink> =
    path === undefined ? parsed(streamSink(options.stdout, whenBroken)) : await openFileSink(path);
  if (!sink.ok) return sink;
  return parsed({
    reporter: (await loadFormat(format === 'pdf' ? 'html' : format)).open(formatOptions),
    sink: sink.value,
    before: path === undefined ? options.beforeStdout : () => undefined,
    ...(convert && { convert: convert.value }),
  });
}

/** Known before the run starts whether there is a browser to print with. */
async function pdfConverter(): Promise<ParseResult<NonNullable<OpenReport['convert']>>> {
  const { findBrowser, printToPdf } = await import('../../local/browser.ts');
  const browser = await findBrowser(process.env);
  if (!browser.ok) return inputError(`--format pdf: ${browser.message}`);
  return parsed((document) => printToPdf(document, browser.value));
}

/** The last piece of a report, or all of it; returns what went wrong. */
async function end({ reporter, sink, before, convert }: OpenReport, tail: ReportTail): Promise<string[]> {
  const faults: string[] = [];
  if (convert === undefined) {
    for await (const piece of lastPieces(reporter, tail, faults)) {
      before();
      await sink.write(piece);
    }
    return faults;
  }
  let document = '';
  for await (const piece of lastPieces(reporter, tail, faults)) document += piece;
  before();
  const converted = await convert(document);
  if (converted.ok) await sink.write(converted.value);
  else faults.push(converted.message);
  return faults;
}

/** A key that can't be reached is known before the first piece. */
async function* lastPieces(reporter: Reporter, tail: ReportTail, faults: string[]): AsyncGenerator<string> {
  if (reporter.endSigned === undefined) {
    yield* rest(reporter, tail, false);
    return;
  }
  const signed = rest(reporter, tail, true);
  let first: IteratorResult<string, undefined>;
  try {
    first = await signed.next();
  } catch (error) {
    // A report without a signature is better than none.
    faults.push(`the report is not signed: ${(error as Error).message}`);
    yield* rest(reporter, tail, false);
    return;
  }
  if (first.done !== true) yield first.value;
  yield* signed;
}

async function* rest(
  reporter: Reporter,
  tail: ReportTail,
  signed: boolean,
): AsyncGenerator<string, undefined> {
  if (reporter.endInPieces !== undefined) yield* reporter.endInPieces(tail, signed);
  else
    yield await (signed && reporter.endSigned !== undefined ? reporter.endSigned(tail) : reporter.end(tail));
}

async function discard(open: readonly { sink: Sink }[], error: InputError): Promise<InputError> {
  await Promise.all(open.map(({ sink }) => sink.discard()));
  return error;
}
