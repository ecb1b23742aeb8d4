import { isIP } from 'node:net';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { createGuard } from '../net/guard.ts';
import { MAX_URL } from './webhook.ts';

export interface UrlLeave {
  /** Loopback and private addresses, and http: on this machine only, never in the cloud. */
  readonly allowPrivate: boolean;
}

/**
 * Reads the address of a webhook. What is certain not to be on the internet is refused here; a name is judged at each
 * sending, by the addresses that it then has. No message repeats the URL: it may be a secret.
 */
export function parseWebhookUrl(text: string, { allowPrivate }: UrlLeave): ParseResult<string> {
  if (text.length > MAX_URL) return inputError(`the webhook's URL is longer than ${MAX_URL} characters`);
  if (!URL.canParse(text)) return inputError("the webhook's URL is none: it begins with https://");
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    return inputError("the webhook's URL must begin with https://");
  if (url.username !== '' || url.password !== '')
    return inputError(
      "the webhook's URL has a user name or password in it, which is not sent: leave it away",
    );
  if (url.hash !== '')
    return inputError('the webhook\'s URL has a "#" in it, which is not sent: leave it away');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const range = isIP(host) === 0 ? localName(host) : createGuard({ allowPrivate })(host);
  if (range !== undefined && !(allowPrivate && isIP(host) === 0))
    return inputError(`the webhook's host is not on the internet (${range})`);
  return parsed(url.href);
}

/** RFC 6761 §6.3, RFC 6762 §3, RFC 8375, and the name that ICANN keeps for inside. */
function localName(host: string): string | undefined {
  const local = /(^|\.)(localhost|local|internal|home\.arpa)$/.exec(host);
  if (local !== null) return `.${local[2]} names`;
  return host.includes('.') ? undefined : 'a name without a dot';
}

/** All that is shown of a URL. */
export const shownUrl = (url: string): string => `${new URL(url).origin}/…`;
