/**
 * The change event itself, signed as Standard Webhooks requires (github.com/standard-webhooks/standard-webhooks,
 * spec/standard-webhooks.md, "Webhook headers" and "Verifying webhook authenticity", symmetric signatures):
 * `webhook-signature: v1,BASE64` is the HMAC-SHA256 of `ID.TIMESTAMP.BODY` under the key whose base64 follows `whsec_`.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { ChangeEvent } from '../../model/change-event.ts';

const PREFIX = 'whsec_';
/** Bytes; the specification asks for 24 to 64. */
const SECRET_BYTES = 32;

export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * @param secret as `newSecret` gives it
 * @param now    epoch ms of this try: receivers refuse what was signed too long ago
 */
export function signedRequest(event: ChangeEvent, secret: string, now: number): SignedRequest {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(now / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${event.id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      // The same at each try, so that the receiver knows what it has already.
      'webhook-id': event.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}
