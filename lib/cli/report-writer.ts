import { type InputError, type ParseResult, parsed } from '../model/input-error.ts';
import { loadFormat } from '../report/formats.ts';
import type { FormatOptions, Reporter } from '../report/reporter.ts';
import type { RunEvents } from '../run/run-events.ts';
import type { Output } from './output-plan.ts';
import { openFileSink, type Sink, streamSink } from './sink.ts';

export interface ReportWriter {
  readonly events: RunEvents;
  /** Ends all reports; gives the faults that lost any, in words. */
  close(): Promise<string[]>;
}

export interface ReportWriterOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly terminal: FormatOptions;
  /** Called before anything is written to standard output: takes a progress line off the same screen. */
  readonly beforeStdout: () => void;
  /** No report has a reader left. */
  readonly onAllBroken: () => void;
}

interface OpenReport {
  readonly reporter: Reporter;
  readonly sink: Sink;
  readonly before: () => void;
}

/** Opens all outputs before the run starts, so that a bad path costs no probe. */
export async function openReports(
  outputs: readonly Output[],
  options: ReportWriterOptions,
): Promise<ParseResult<ReportWriter>> {
  const open: OpenReport[] = [];
  const whenBroken = () => {
    if (open.every(({ sink }) => sink.broken)) options.onAllBroken();
  };
  for (const { format, path } of outputs) {
    const sink: ParseResult<Sink> =
      path === undefined ? parsed(streamSink(options.stdout, whenBroken)) : await openFileSink(path);
    if (!sink.ok) return discard(open, sink);
    const { terminal } = options;
    const formatOptions = path === undefined ? terminal : { ...terminal, width: 100, color: false };
    open.push({
      reporter: (await loadFormat(format)).open(formatOptions),
      sink: sink.value,
      before: path === undefined ? options.beforeStdout : () => undefined,
    });
  }
  const all = async (text: (reporter: Reporter) => string): Promise<void> => {
    const writes = open.map(({ reporter, sink, before }) => {
      const piece = text(reporter);
      if (piece !== '') before();
      return sink.write(piece);
    });
    await Promise.all(writes);
  };
  return parsed({
    events: {
      begin: (head) => void all((reporter) => reporter.begin(head)),
      endpoint: (report) => all((reporter) => reporter.endpoint(report)),
      end: (tail) => void all((reporter) => reporter.end(tail)),
    },
    async close() {
      const faults = await Promise.all(open.map(({ sink }) => sink.close()));
      return faults.filter((fault) => fault !== undefined);
    },
  });
}

async function discard(open: readonly { sink: Sink }[], error: InputError): Promise<InputError> {
  await Promise.all(open.map(({ sink }) => sink.discard()));
  return error;
}
