/** The data beside the page: who gets a page gets its JSON too, and no file is lost for it. */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import * as z from 'zod';
import { quote } from '../request/quote.ts';
import type { Output } from './output-plan.ts';

export interface Beside {
  readonly outputs: readonly Output[];
  /** What is not written, and why. */
  readonly notes: readonly string[];
}

/** Of a page or JSON file that is there already, at most so much is read. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Adds `report.json` for each `report.html`. Nothing is added where the user asks for JSON anyway, or where a page goes
 * to a device or a pipe. A file that is there is replaced only if it is the data of the page that is replaced: the two
 * tell of the same run.
 */
export async function withDataBeside(outputs: readonly Output[]): Promise<Beside> {
  if (outputs.some(({ format }) => format === 'json')) return { outputs, notes: [] };
  const all: Output[] = [...outputs];
  const notes: string[] = [];
  for (const { format, path } of outputs) {
    if (format !== 'html' || path === undefined) continue;
    const beside = `${path.slice(0, path.length - extname(path).length)}.json`;
    switch (await placeFor(beside, path)) {
      case 'free':
        if (all.every((output) => output.path !== beside)) all.push({ format: 'json', path: beside });
        break;
      case 'taken':
        notes.push(
          `${quote(beside)} is there and is not the data of ${quote(path)}: it stays; for the data name another place with --output FILE.json`,
        );
        break;
      case 'none':
        break;
    }
  }
  return { outputs: all, notes };
}

/** `none`: the page itself goes to no file. */
async function placeFor(beside: string, page: string): Promise<'free' | 'taken' | 'none'> {
  const [pageKind, besideKind] = await Promise.all([kindOf(page), kindOf(beside)]);
  if (pageKind === 'other') return 'none';
  if (besideKind === 'absent') return 'free';
  if (besideKind === 'other') return 'taken';
  const [dataRun, pageRun] = await Promise.all([runOf(beside), runOf(page)]);
  return dataRun !== undefined && dataRun === pageRun ? 'free' : 'taken';
}

async function kindOf(path: string): Promise<'absent' | 'file' | 'other'> {
  try {
    return (await stat(path)).isFile() ? 'file' : 'other';
  } catch {
    return 'absent';
  }
}

const Head = z.object({ schema: z.string(), id: z.string() });

/** Id of the run that a page or a JSON report tells of. */
async function runOf(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MAX_BYTES) return undefined;
    // Most checks replace nothing.
    const { isPage, reportTextOf } = await import('../sign/page.ts');
    const text = await readFile(path, 'utf8');
    const head = Head.safeParse(JSON.parse((isPage(text) ? reportTextOf(text) : text) ?? ''));
    return head.data?.id;
  } catch {
    return undefined;
  }
}
