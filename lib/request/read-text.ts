import { open } from 'node:fs/promises';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { quote } from './quote.ts';

/** 10,000 targets are about 1 MB; the bound keeps a mistyped path to a huge file from filling memory. */
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

/** Reads a whole UTF-8 file; `-` is standard input. */
export async function readText(path: string): Promise<ParseResult<string>> {
  try {
    const bytes = path === '-' ? await readStdin() : await readBounded(path);
    if (bytes === undefined) return inputError(`${quote(path)}: larger than ${MAX_BYTES >> 20} MB`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parsed(text);
  } catch (error) {
    if (
      error instanceof TypeError &&
      (error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    )
      return inputError(`${quote(path)}: not UTF-8 text`);
    return inputError(`${quote(path)}: ${fileReason(error)}`);
  }
}

async function readBounded(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r');
  try {
    return await collect(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

const readStdin = () => collect(process.stdin);

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
