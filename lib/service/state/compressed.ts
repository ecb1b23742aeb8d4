import { gunzipSync, gzipSync } from 'node:zlib';

/** JSON, gzipped, in base64. */
export const compress = (text: string): string => gzipSync(text).toString('base64');

/**
 * The text again, or `undefined` when it is not gzip or decompresses to more than `max`.
 *
 * @param max bytes
 */
export function decompress(compressed: string, max: number): string | undefined {
  try {
    return gunzipSync(Buffer.from(compressed, 'base64'), { maxOutputLength: max }).toString('utf8');
  } catch {
    return undefined;
  }
}
