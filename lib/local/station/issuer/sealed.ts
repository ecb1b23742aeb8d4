/** What a sign-in began with, kept by the browser, which can neither read nor change it. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { parseJson } from '../../../model/parse-json.ts';

const Begun = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Where to go afterwards. */
  to: z.string(),
  /** Epoch ms. */
  at: z.number(),
});
export type Begun = z.infer<typeof Begun>;

export interface Sealing {
  seal(begun: Begun): string;
  /** Undefined: not sealed by this process, or changed. */
  open(text: string): Begun | undefined;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const MAX_TEXT = 3_000;

/** With a key of this process: whoever began before a restart begins again. */
export function createSealing(key = randomBytes(32)): Sealing {
  return {
    seal(begun) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const text = Buffer.concat([cipher.update(JSON.stringify(begun), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(text) {
      if (text.length > MAX_TEXT) return undefined;
      try {
        const bytes = Buffer.from(text, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const opened = Buffer.concat([
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
          decipher.final(),
        ]);
        return Begun.safeParse(parseJson(opened.toString('utf8'))).data;
      } catch {
        return undefined;
      }
    },
  };
}
