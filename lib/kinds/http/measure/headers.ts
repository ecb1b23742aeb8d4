/** The headers that are kept as facts, and the head of an answer as evidence. */
import type { Exchange } from '../../../net/exchange.ts';
import { printable } from '../../../net/printable.ts';
import type { HttpAnswer } from './answer.ts';

/** Headers that show who answered, how it is cached and filtered, and where it leads. Values of cookies are never kept. */
const KEPT: ReadonlySet<string> = new Set([
  'server',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'location',
  'strict-transport-security',
  'content-security-policy',
  'www-authenticate',
  'retry-after',
  'date',
  'via',
  'alt-svc',
  'x-powered-by',
  'x-cache',
  'x-frame-options',
  'cf-ray',
  'cf-mitigated',
  'x-amz-cf-id',
  'x-amzn-errortype',
  'x-amzn-waf-action',
  'x-azure-ref',
  'x-iinfo',
  'x-cdn',
  'x-sucuri-id',
  'x-sucuri-block',
  'x-akamai-request-id',
  'akamai-grn',
  'x-fw-server',
  'x-waf-event-info',
  'x-denied-reason',
  'x-vercel-error',
  'x-vercel-mitigated',
  'x-render-routing',
  'x-railway-fallback',
  'x-datadome',
  'x-kpsdk-ct',
]);

const VALUE_CHARS = 500;
const MAX_LINES = 30;

/** Selected headers, names in lower case; repeated ones joined by a comma (RFC 9110 §5.3). */
export function keptHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = name === 'set-cookie' ? cookieName(rawHeaders[index + 1] ?? '') : rawHeaders[index + 1];
    if (value === undefined || (name !== 'set-cookie' && !KEPT.has(name))) continue;
    const before = kept[name];
    if (before === undefined) kept[name] = value;
    // A field may be repeated thousands of times: what would not be shown anyway is not added.
    else if (before.length <= VALUE_CHARS) kept[name] = `${before}, ${value}`;
  }
  for (const name of Object.keys(kept)) kept[name] = printable(kept[name] ?? '', VALUE_CHARS);
  return kept;
}

/** A Cookie header with the values left out. */
export const cookieNames = (header: string): string => header.split('; ').map(cookieName).join('; ');

/** A report may be passed on; it must not contain a session of the server. */
function cookieName(cookie: string): string {
  const equals = cookie.indexOf('=');
  return `${equals < 0 ? '' : cookie.slice(0, equals)}=…`;
}

/**
 * Writes status line and headers into the exchange, cookies without their values. For a redirect only the
 * Location is written, so that a long chain leaves room for the final answer.
 */
export function recordAnswer(answer: HttpAnswer, isRedirect: boolean, exchange: Exchange) {
  const { rawHeaders, httpVersion, statusCode } = answer;
  if (answer.outcome.status !== 'answered') return;
  const version = httpVersion === '2.0' ? '2' : httpVersion;
  exchange.received(`HTTP/${version} ${statusCode}${answer.reason ? ` ${answer.reason}` : ''}`);
  let lines = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (isRedirect && lower !== 'location') continue;
    lines += 1;
    if (lines > MAX_LINES) return exchange.event(`${rawHeaders.length / 2 - MAX_LINES} more headers`);
    exchange.received(`${name}: ${lower === 'set-cookie' ? cookieName(value) : value}`);
  }
}
