/** Reports that come from the fleet, to files and standard output. */
import { type RunStatus, runsContracts } from '../../api/contracts/runs.ts';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import type { Report } from '../../model/report.ts';
import type { ApiClient } from '../../ports/api-client.ts';
import { loadFormat } from '../../report/formats.ts';
import { tailOf } from '../../report/whole.ts';
import { withDataBeside } from '../beside.ts';
import { EXIT } from '../exit-status.ts';
import { message } from '../message.ts';
import { type Output, planOutputs } from '../output-plan.ts';
import { openFileSink, type Sink, streamSink } from '../sink.ts';
import { terminalOptions } from '../terminal-options.ts';
import { failed } from './failed.ts';

interface Place extends Output {
  readonly sink: Sink;
}

export interface Documents {
  /** Whether a report goes to standard output. */
  readonly toStdout: boolean;
  /** The one on standard output is for people. */
  readonly toTerminal: boolean;
  write(report: Report, from: { readonly client: ApiClient; readonly run: RunStatus }): Promise<number>;
  discard(): Promise<void>;
}

export interface DocumentsOptions {
  readonly formats: readonly string[];
  readonly outputs: readonly string[];
  readonly verbose: boolean;
  /** Nothing for people on standard output, unless it is asked for. */
  readonly quiet?: boolean;
}

/** Opens all places before anything is started, so that a bad path costs no probe. */
export async function openDocuments(options: DocumentsOptions): Promise<ParseResult<Documents>> {
  const planned = await planOutputs(options.formats, options.outputs);
  if (!planned.ok) return planned;
  const asked = options.formats.some((text) => text.split(',').includes('terminal'));
  const beside = await withDataBeside(planned.value);
  for (const note of beside.notes) message(note);
  const outputs = beside.outputs.filter(
    ({ format, path }) => !(options.quiet === true && !asked && format === 'terminal' && path === undefined),
  );
  const converter = outputs.some(({ format }) => format === 'pdf') ? await pdfConverter() : undefined;
  if (converter?.ok === false) return converter;
  const places: Place[] = [];
  const discard = async (): Promise<void> => {
    await Promise.all(places.map(({ sink }) => sink.discard()));
  };
  for (const output of outputs) {
    const sink: ParseResult<Sink> =
      output.path === undefined
        ? parsed(streamSink(process.stdout, () => undefined))
        : await openFileSink(output.path);
    if (!sink.ok) {
      await discard();
      return sink;
    }
    places.push({ ...output, sink: sink.value });
  }
  return parsed({
    toStdout: places.some(({ path }) => path === undefined),
    toTerminal: places.some(({ path, format }) => path === undefined && format === 'terminal'),
    discard,
    async write(report, from) {
      let status: number = EXIT.ok;
      for (const { sink, format, path } of places) {
        const text = await documentOf(report, format, { ...from, path, verbose: options.verbose });
        if (!text.ok) {
          status = text.status;
          await sink.discard();
          continue;
        }
        const whole = format === 'pdf' ? await converter?.value(text.value) : parsed(text.value);
        if (whole?.ok === true) await sink.write(whole.value);
        else if (whole !== undefined) {
          message(whole.message);
          status = EXIT.io;
        }
        const fault = await sink.close();
        if (fault === undefined) continue;
        message(fault);
        status = EXIT.io;
      }
      return status;
    },
  });
}

async function pdfConverter(): Promise<ParseResult<(document: string) => Promise<ParseResult<Uint8Array>>>> {
  const { findBrowser, printToPdf } = await import('../../adapters/local/browser.ts');
  const browser = await findBrowser(process.env);
  return browser.ok ? parsed((document) => printToPdf(document, browser.value)) : browser;
}

type Text = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly status: number };

interface From {
  readonly client: ApiClient;
  readonly run: RunStatus;
  readonly path: string | undefined;
  readonly verbose: boolean;
}

/** The fleet's own document where there is one, because it is signed; everything else is made from the data here. */
async function documentOf(report: Report, format: Output['format'], from: From): Promise<Text> {
  const { client, run, path, verbose } = from;
  const isSigned = report.signature !== undefined;
  if (isSigned && (format === 'json' || format === 'html' || format === 'pdf')) {
    const query = { format: format === 'json' ? ('json' as const) : ('html' as const) };
    const asking = await client(runsContracts.getReport, { params: { runId: run.runId }, query });
    return asking.status === 'answered'
      ? { ok: true, value: asking.value }
      : { ok: false, status: failed(asking) };
  }
  const reporter = (await loadFormat(format === 'pdf' ? 'html' : format)).open(
    path === undefined
      ? terminalOptions(process.stdout, verbose)
      : { ...terminalOptions({}, verbose), color: false },
  );
  const { counts, finishedAt, verdict, summary, ...head } = tailOf(report);
  const pieces = [reporter.begin(head), ...report.endpoints.map((one) => reporter.endpoint(one))];
  pieces.push(reporter.end({ ...head, counts, finishedAt, verdict, summary }));
  return { ok: true, value: pieces.join('') };
}
