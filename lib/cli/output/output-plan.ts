import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { didYouMean } from '../../input/request/nearest.ts';
import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { FORMAT_IDS, isFormatId } from '../../report/formats.ts';

/** A PDF is not a separate format but the HTML page, printed. */
export const OUTPUT_FORMATS = [...FORMAT_IDS, 'pdf'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const isOutputFormat = (text: string): text is OutputFormat => isFormatId(text) || text === 'pdf';

/** One report to write. */
export interface Output {
  readonly format: OutputFormat;
  /** Absent: standard output. */
  readonly path?: string;
}

const BY_EXTENSION: Readonly<Record<string, OutputFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.csv': 'csv',
  '.xml': 'junit',
  '.prom': 'prometheus',
  '.txt': 'terminal',
  '.pdf': 'pdf',
  '.svg': 'badge',
  '.eml': 'email',
};

/** Name of a report in a directory. */
const FILE_NAMES: Readonly<Record<OutputFormat, string>> = {
  terminal: 'report.txt',
  json: 'report.json',
  jsonl: 'report.jsonl',
  html: 'report.html',
  markdown: 'report.md',
  junit: 'report.xml',
  csv: 'report.csv',
  prometheus: 'report.prom',
  badge: 'badge.svg',
  email: 'report.eml',
  pdf: 'report.pdf',
};

/**
 * Where each report goes. Without --output the one format, or the terminal's, goes to standard output; with it the
 * reports go to files and the terminal's summary to standard output.
 *
 * @param formats values of --format, each a format or several with commas.
 * @param outputs values of --output: files, whose extension decides the format, directories for all formats, or `-`.
 */
export async function planOutputs(
  formats: readonly string[],
  outputs: readonly string[],
): Promise<ParseResult<Output[]>> {
  const wanted = parseFormats(formats);
  if (!wanted.ok) return wanted;
  if (outputs.length === 0) {
    if (wanted.value.length > 1)
      return inputError(
        'several formats need a place each: add --output DIR, or --output FILE once for each of them',
      );
    if (wanted.value[0] === 'pdf' && process.stdout.isTTY)
      return inputError('--format pdf is no text for a terminal: add --output report.pdf');
    return parsed([{ format: wanted.value[0] ?? 'terminal' }]);
  }
  const planned: Output[] = [];
  for (const path of outputs) {
    const result = await planOutput(path, wanted.value, outputs.length);
    if (!result.ok) return result;
    planned.push(...result.value);
  }
  const unplaced = wanted.value.find((format) => !planned.some((output) => output.format === format));
  if (unplaced !== undefined && unplaced !== 'terminal')
    return inputError(`--format ${unplaced} has no place: add --output FILE or --output DIR for it`);
  const twice = planned.find(
    ({ path }, index) => planned.findIndex((other) => other.path === path) !== index,
  );
  if (twice) return inputError(`--output ${quote(twice.path ?? '-')} is named twice`);
  const stdoutTaken = planned.some(({ path }) => path === undefined);
  return parsed(stdoutTaken ? planned : [{ format: 'terminal' }, ...planned]);
}

function parseFormats(texts: readonly string[]): ParseResult<OutputFormat[]> {
  const formats = new Set<OutputFormat>();
  for (const text of texts.flatMap((item) => item.split(','))) {
    const id = text.trim().toLowerCase();
    if (!isOutputFormat(id))
      return inputError(
        `--format: there is no format ${quote(text)}${didYouMean(id, OUTPUT_FORMATS)}; known: ${OUTPUT_FORMATS.join(', ')}`,
      );
    formats.add(id);
  }
  return parsed([...formats]);
}

async function planOutput(
  path: string,
  formats: readonly OutputFormat[],
  outputs: number,
): Promise<ParseResult<Output[]>> {
  if (path === '') return inputError('--output needs a file or a directory');
  if (path === '-') {
    const [format] = formats;
    return formats.length === 1 && format !== undefined
      ? parsed([{ format }])
      : inputError('--output - is standard output: say which one format it gets, as --format json');
  }
  const extension = extname(path).toLowerCase();
  const inferred = BY_EXTENSION[extension];
  const isDirectory = /[/\\]$/.test(path) || (await existsAsDirectory(path));
  if (isDirectory || (inferred === undefined && formats.length > 1)) {
    if (formats.length === 0)
      return inputError(
        `--output ${quote(path)} is a directory: say which reports, as --format html --format json`,
      );
    return parsed(formats.map((format) => ({ format, path: join(path, FILE_NAMES[format]) })));
  }
  const [only] = formats;
  if (only !== undefined && formats.length === 1 && outputs === 1) return parsed([{ format: only, path }]);
  if (inferred === undefined)
    return inputError(
      `--output ${quote(path)}: the extension tells no format: add --format, or use one of ${Object.keys(BY_EXTENSION).join(' ')}`,
    );
  return parsed([{ format: inferred, path }]);
}

async function existsAsDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
