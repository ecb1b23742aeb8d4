/** What it takes to check the seals of a listener's logs and blocks, without its code: that can't be found from it. */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { ListenerCode } from './code.ts';

const Key = z.string().regex(/^[0-9a-f]{64}$/, 'is no 64 lower-case hexadecimal digits');

export const ListenerSealKeys = z.strictObject({
  keyId: z
    .string()
    .regex(/^[0-9a-f]{8}$/, 'is no 8 lower-case hexadecimal digits')
    .describe(
      'Short name of the code, as the log has it: HMAC-SHA-256 by the code over "id", its first 8 digits.',
    ),
  log: Key.describe('HMAC-SHA-256 by the code over "inbound-check log", in hexadecimal.'),
  block: Key.describe('HMAC-SHA-256 by the code over "inbound-check block", in hexadecimal.'),
});
export type ListenerSealKeys = z.infer<typeof ListenerSealKeys>;

const hmac = (code: ListenerCode, text: string): string =>
  createHmac('sha256', code).update(text).digest('hex');

/** Names a code without telling it: 8 hexadecimal digits. */
export const listenerKeyId = (code: ListenerCode): string => hmac(code, 'id').slice(0, 8);

export const sealKeysOf = (code: ListenerCode): ListenerSealKeys => ({
  keyId: listenerKeyId(code),
  log: hmac(code, 'inbound-check log'),
  block: hmac(code, 'inbound-check block'),
});
