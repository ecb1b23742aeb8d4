import * as z from 'zod';
import { parseJson } from '../../model/parse-json.ts';
import { decompress } from '../state/compressed.ts';
import { BatchResult } from './batch-result.ts';
import { MAX_DECOMPRESSED_BYTES } from './limits.ts';
import { statedVersion } from './payload-version.ts';

const Compressed = z.strictObject({ gzip: z.string() });

/**
 * Reads a prober's answer. `result` is absent for what is none, or none that this version can read. `version` is the
 * one that the answer states; absent where it states none.
 */
export function decodeAnswer(
  text: string,
  maxDecompressed = MAX_DECOMPRESSED_BYTES,
): { readonly version?: number; readonly result?: BatchResult } {
  const sent = decompressed(parseJson(text), maxDecompressed);
  const version = statedVersion(sent);
  const { data: result } = BatchResult.safeParse(sent);
  return { ...(version !== undefined && { version }), ...(result && { result }) };
}

function decompressed(sent: unknown, most: number): unknown {
  const { data: compressed } = Compressed.safeParse(sent);
  return compressed === undefined ? sent : parseJson(decompress(compressed.gzip, most));
}
