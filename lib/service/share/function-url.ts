/**
 * Lambda's function URLs: the request as an event, the answer as a result (payload format 2.0, AWS Lambda developer
 * guide, "Invoking Lambda function URLs").
 */
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { plainAddress } from '../../net/address-ranges.ts';
import { MAX_PLAIN_BYTES, MIN_ZIPPED_BYTES } from './limits.ts';
import type { LinkAnswer, LinkRequest } from './link.ts';
import { VISITOR_ADDRESS_HEADER } from './visitor-address.ts';

export const UrlEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});
export type UrlEvent = z.infer<typeof UrlEvent>;

export interface UrlResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export const linkRequest = ({ rawPath, rawQueryString, headers, requestContext }: UrlEvent): LinkRequest => ({
  method: requestContext.http.method,
  path: rawPath,
  query: rawQueryString,
  languages: headers['accept-language'],
  site: headers['sec-fetch-site'],
  // On the paths that take forms it is the distribution's word; on others nobody asks for it.
  address: plainAddress(headers[VISITOR_ADDRESS_HEADER] ?? ''),
});

/** Zipped where the reader takes that, and where Lambda would take no more as it is. */
export function urlResult(
  { status, headers, text }: LinkAnswer,
  event: Pick<UrlEvent, 'headers' | 'requestContext'>,
): UrlResult {
  const bytes = Buffer.byteLength(text);
  const zips =
    status === 200 &&
    (bytes > MAX_PLAIN_BYTES || (bytes >= MIN_ZIPPED_BYTES && acceptsGzip(event.headers['accept-encoding'])));
  const all = { ...headers, ...(status === 200 && { vary: 'accept-encoding, accept-language' }) };
  const isHead = event.requestContext.http.method === 'HEAD';
  if (!zips) return { statusCode: status, headers: all, body: isHead ? '' : text, isBase64Encoded: false };
  return {
    statusCode: status,
    headers: { ...all, 'content-encoding': 'gzip' },
    body: isHead ? '' : gzipSync(text).toString('base64'),
    isBase64Encoded: !isHead,
  };
}

/** RFC 9110 §12.5.3: listed, or `*`, and not with the weight 0. */
export function acceptsGzip(accept = ''): boolean {
  const weights = new Map(
    accept.split(',').map((item) => {
      const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
