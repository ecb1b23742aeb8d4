/** The JSON report next to an HTML page: a person who gets a page gets its data too, and no other file is overwritten for it. */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import * as z from 'zod';
import { quote } from '../../input/request/quote.ts';
import { readRegularFile } from '../../local/files.ts';
import type { Output } from './output-plan.ts';

export interface OutputsWithJson {
  readonly outputs: readonly Output[];
  /** What is not written, and why. */
  readonly notes: readonly string[];
}

/** Of an existing page or JSON file, at most this much is read. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Adds `report.json` for each `report.html`. Nothing is added where the user requests JSON anyway, or where a page goes
 * to a device or a pipe. An existing file is replaced only if it has the data of the page that is replaced: both
 * are about the same run.
 */
export async function withCompanionJson(outputs: readonly Output[]): Promise<OutputsWithJson> {
  if (outputs.some(({ format }) => format === 'json')) return { outputs, notes: [] };
  const all: Output[] = [...outputs];
  const notes: string[] = [];
  for (const { format, path } of outputs) {
    if (format !== 'html' || path === undefined) continue;
    const json = `${path.slice(0, path.length - extname(path).length)}.json`;
    switch (await placeFor(json, path)) {
      case 'free':
        if (all.every((output) => output.path !== json)) all.push({ format: 'json', path: json });
        break;
      case 'taken':
        notes.push(
          `${quote(json)} is there and is not the data of ${quote(path)}: it stays; for the data name another place with --output FILE.json`,
        );
        break;
      case 'none':
        break;
    }
  }
  return { outputs: all, notes };
}

/** `none`: the page itself goes to no file. */
async function placeFor(json: string, page: string): Promise<'free' | 'taken' | 'none'> {
  const [pageKind, jsonKind] = await Promise.all([kindOf(page), kindOf(json)]);
  if (pageKind === 'other') return 'none';
  if (jsonKind === 'absent') return 'free';
  if (jsonKind === 'other') return 'taken';
  const [dataRun, pageRun] = await Promise.all([runOf(json), runOf(page)]);
  return dataRun !== undefined && dataRun === pageRun ? 'free' : 'taken';
}

async function kindOf(path: string): Promise<'absent' | 'file' | 'other'> {
  try {
    return (await stat(path)).isFile() ? 'file' : 'other';
  } catch {
    return 'absent';
  }
}

/**
 * The first output that would replace a file which is not our report: a page that was written otherwise stays. An empty file, as mktemp makes it, is replaced.
 */
export async function unrelatedFile(outputs: readonly Output[]): Promise<string | undefined> {
  for (const { format, path } of outputs) {
    if (path === undefined || format !== 'html') continue;
    if ((await kindOf(path)) === 'file' && !(await isOwnPage(path))) return path;
  }
  return undefined;
}

async function isOwnPage(path: string): Promise<boolean> {
  try {
    const { isPage } = await import('../../report/signature/page.ts');
    const text = await readRegularFile(path, MAX_BYTES);
    return text === '' || isPage(text);
  } catch {
    // If it can't be read, the attempt to write it reports that.
    return true;
  }
}

const Head = z.object({ schema: z.string(), id: z.string() });

/** Id of the run that a page or a JSON report is about. */
async function runOf(path: string): Promise<string | undefined> {
  try {
    // Most checks replace nothing.
    const { reportDataOf } = await import('../../report/signature/page.ts');
    const data = reportDataOf(await readRegularFile(path, MAX_BYTES));
    return data.ok ? Head.safeParse(data.value).data?.id : undefined;
  } catch {
    return undefined;
  }
}
