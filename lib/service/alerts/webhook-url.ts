import { parse } from 'tldts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { createGuard } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';
import { MAX_URL } from '../state/webhooks.ts';

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

/**
 * Names that never resolve on the internet: IANA's registry of special-use domain names (RFC 6761
 * and those that came after), and the one that ICANN reserves for internal use. `example.com` and similar names do resolve.
 */
const SPECIAL_USE = /(^|\.)(alt|example|internal|invalid|local|localhost|onion|test|arpa)$/;

/** By the Public Suffix List, which has every delegated top-level domain: `.svc`, `.lan`, `.corp` and `.consul` are none. */
function localName(host: string): string | undefined {
  const special = SPECIAL_USE.exec(host)?.[2];
  if (special !== undefined) return `.${special} names`;
  if (!host.includes('.')) return 'a name without a dot';
  const { isIcann, isPrivate } = parse(host, { allowPrivateDomains: true, validateHostname: false });
  return isIcann === true || isPrivate === true
    ? undefined
    : `.${host.slice(host.lastIndexOf('.') + 1)} is no top-level domain`;
}

/** The only part of a URL that is shown. */
export const shownUrl = (url: string): string => `${new URL(url).origin}/…`;
