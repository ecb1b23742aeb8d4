import { gunzipSync, gzipSync } from 'node:zlib';
import { MAX_UNFOLDED_BYTES } from './limits.ts';

/** JSON, gzipped, in base64. */
export const fold = (text: string): string => gzipSync(text).toString('base64');

/** The text again, or `undefined` when it is no gzip or unfolds to more than anyone would send. */
export function unfold(folded: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(folded, 'base64'), { maxOutputLength: MAX_UNFOLDED_BYTES }).toString(
      'utf8',
    );
  } catch {
    return undefined;
  }
}
