import { gunzipSync, gzipSync } from 'node:zlib';
import { MAX_UNFOLDED_BYTES } from './limits.ts';

/** JSON, gzipped, in base64. */
export const fold = (text: string): string => gzipSync(text).toString('base64');

/**
 * The text again, or `undefined` when it is no gzip or unfolds to more than anyone would send.
 *
 * @param max bytes
 */
export function unfold(folded: string, max: number = MAX_UNFOLDED_BYTES): string | undefined {
  try {
    return gunzipSync(Buffer.from(folded, 'base64'), { maxOutputLength: max }).toString('utf8');
  } catch {
    return undefined;
  }
}
