import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { quote } from './quote.ts';

/** 10,000 targets are about 1 MB; the limit prevents a mistyped path to a huge file from filling memory. */
const MAX_BYTES = 64 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read (permission denied)',
  EPERM: 'it may not be read (permission denied)',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is no directory',
};

/** The reason of a file-system error in words. */
export function fileReason(error: unknown): string {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  return REASONS[code] ?? message;
}

/** Reads a whole file; `-` is standard input. A larger one than `maxBytes` is refused, and read no further than that. */
export async function readFileBytes(
  path: string,
  maxBytes: number = MAX_BYTES,
): Promise<ParseResult<Uint8Array>> {
  try {
    const bytes = path === '-' ? await readStdin(maxBytes) : await readBounded(path, maxBytes);
    return bytes === undefined
      ? inputError(`${quote(path)}: larger than ${maxBytes >> 20} MB`)
      : parsed(bytes);
  } catch (error) {
    return inputError(`${quote(path)}: ${fileReason(error)}`);
  }
}

const WRITE_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it, or its folder, may not be written to (permission denied)',
  EPERM: 'it, or its folder, may not be written to (permission denied)',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'a part of the path is no folder',
};

/** The same for a file that should be written. */
export function writeReason(error: unknown): string {
  const { code = '' } = error as { code?: string };
  return WRITE_REASONS[code] ?? fileReason(error);
}

/** Reads a whole UTF-8 file; `-` is standard input. A byte-order mark is not part of the text. */
export async function readText(path: string): Promise<ParseResult<string>> {
  const bytes = await readFileBytes(path);
  if (!bytes.ok) return bytes;
  try {
    return parsed(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value));
  } catch {
    return inputError(`${quote(path)}: not UTF-8 text`);
  }
}

/** In /dev or /proc, where a shell has the pipes of `<(command)` and `>(command)`: somebody is at their other end. */
export const isShellPipe = (path: string): boolean => /^\/(?:dev|proc)\//.test(resolve(path));

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  // Without O_NONBLOCK the open of a FIFO waits for a writer, for ever if somebody planted it. Windows has none of the two.
  const flags = isShellPipe(path) ? 0 : (constants.O_NONBLOCK ?? 0);
  const file = await open(path, constants.O_RDONLY | flags);
  try {
    if (flags !== 0 && (await file.stat()).isFIFO())
      throw new Error(
        'it is a named pipe, to which nobody may ever write; give its text as standard input ("-")',
      );
    return await collect(file.createReadStream({ autoClose: false }), maxBytes);
  } finally {
    await file.close();
  }
}

const readStdin = (maxBytes: number) => collect(process.stdin, maxBytes);

async function collect(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
