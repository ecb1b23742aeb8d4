/** Reports that come from the fleet, to files and standard output. */

import type { Report } from '../../engine/report-schema.ts';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import { loadFormat } from '../../report/formats.ts';
import type { ReportLanguage } from '../../report/language/report-language.ts';
import type { FormatOptions } from '../../report/reporter.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { type RunStatus, runsContracts } from '../../service/contracts/runs.ts';
import { withRulesOf } from '../options/firewall-option.ts';
import { withCompanionJson } from '../output/companion-json.ts';
import { type Output, planOutputs } from '../output/output-plan.ts';
import { openFileSink, type Sink, streamSink } from '../output/sink.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';
import { terminalOptions } from '../terminal/terminal-options.ts';
import { failed } from './failed.ts';

interface Place extends Output {
  readonly sink: Sink;
}

export interface Documents {
  /** Whether a report goes to standard output. */
  readonly toStdout: boolean;
  /** The one on standard output is for people. */
  readonly toTerminal: boolean;
  /** @param from `joined`: what the report says after logs of listeners were joined to it, of that target */
  write(
    report: Report,
    from: Pick<From, 'client' | 'joined'> & { readonly run: Pick<RunStatus, 'runId'> },
  ): Promise<number>;
  discard(): Promise<void>;
}

export interface DocumentsOptions {
  readonly formats: readonly string[];
  readonly outputs: readonly string[];
  readonly verbose: boolean;
  readonly language?: ReportLanguage;
  /** Name of the product whose firewall rules are wanted; absent: all. What the fleet signed has all. */
  readonly firewall?: string;
  /** Nothing for people on standard output, unless it is requested. */
  readonly quiet?: boolean;
}

/** Opens all outputs before anything is started, so that no probe is made for a bad path. */
export async function openDocuments(options: DocumentsOptions): Promise<ParseResult<Documents>> {
  const planned = await planOutputs(options.formats, options.outputs);
  if (!planned.ok) return planned;
  const asked = options.formats.some((text) => text.split(',').includes('terminal'));
  const written = await withCompanionJson(planned.value);
  for (const note of written.notes) message(note);
  const outputs = written.outputs.filter(
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
        const text = await documentOf(report, format, {
          ...from,
          path,
          verbose: options.verbose,
          language: options.language,
          firewall: options.firewall,
        });
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
  const { findBrowser, printToPdf } = await import('../../local/browser.ts');
  const browser = await findBrowser(process.env);
  return browser.ok ? parsed((document) => printToPdf(document, browser.value)) : browser;
}

type Text = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly status: number };

interface From {
  readonly client: ApiClient;
  readonly run: Pick<RunStatus, 'runId'>;
  readonly joined?: { readonly target: string };
  readonly path: string | undefined;
  readonly verbose: boolean;
  readonly language: ReportLanguage | undefined;
  readonly firewall: string | undefined;
}

const fileOptions = (verbose: boolean): FormatOptions => ({ ...terminalOptions({}, verbose), color: false });

/** The fleet's own document where there is one, because it is signed; everything else is made from the data here. */
async function documentOf(report: Report, format: Output['format'], from: From): Promise<Text> {
  const { client, run, joined, path, verbose, language, firewall } = from;
  const isSigned = report.signature !== undefined;
  if (isSigned && (format === 'json' || format === 'html' || format === 'pdf')) {
    const query =
      format === 'json'
        ? { format: 'json' as const }
        : { format: 'html' as const, ...(language && { language }) };
    const params = { runId: run.runId };
    const asking =
      joined === undefined
        ? await client(runsContracts.getReport, { params, query })
        : await client(runsContracts.getJoinedReport, { params, query: { ...query, ...joined } });
    return asking.status === 'answered'
      ? { ok: true, value: asking.value }
      : { ok: false, status: failed(asking) };
  }
  const written = await loadFormat(format === 'pdf' ? 'html' : format);
  const look = path === undefined ? terminalOptions(process.stdout, verbose) : fileOptions(verbose);
  const endpoints =
    firewall === undefined ? report.endpoints : report.endpoints.map((one) => withRulesOf(firewall, one));
  const value = await writeWhole(written, tailOf(report), endpoints, {
    ...look,
    ...(language && { language }),
    ...(firewall !== undefined && { rules: true }),
  });
  return { ok: true, value };
}
