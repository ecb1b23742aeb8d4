/** From a handler's answer to the one that API Gateway sends. */
import { gzipSync } from 'node:zlib';
import { escapeJson } from '../../model/unseen.ts';
import type { Contract } from '../contracts/contract.ts';
import { PROBLEM_MEDIA_TYPE, type Problem, problem } from '../contracts/problem.ts';
import type { ApiAnswer } from './http-event.ts';

const JSON_TYPE = 'application/json';
/** Lambda takes 6 291 556 bytes of answer, as JSON: quotes and line ends of the body count twice. */
const MAX_ANSWER_BYTES = 6_200_000;
/** A larger body is gzipped for clients that accept that. */
const PLAIN_BYTES = 50_000;

/** All answers are private and true only at this moment. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** What peers said is in it: saved under any name, a browser does not execute it. */
const jsonOf = (value: unknown): string => escapeJson(JSON.stringify(value));

export function problemAnswer(what: Problem, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return {
    statusCode: what.status,
    headers: { ...HEADERS, ...headers, 'content-type': PROBLEM_MEDIA_TYPE },
    body: jsonOf(what),
  };
}

/** @param acceptEncoding the request's header; without it any coding may be sent (RFC 9110 §12.5.3) */
export function resultAnswer(
  { status, mediaType: usual = JSON_TYPE }: Contract,
  { value, mediaType = usual }: { readonly value: unknown; readonly mediaType?: string },
  acceptEncoding: string | undefined,
): ApiAnswer {
  if (status === 204) return { statusCode: 204, headers: HEADERS };
  const text = mediaType === JSON_TYPE && typeof value !== 'string' ? jsonOf(value) : String(value);
  const headers = { ...HEADERS, 'content-type': withCharset(mediaType), vary: 'accept-encoding' };
  const plain: ApiAnswer = { statusCode: status, headers, body: text };
  if (text.length <= PLAIN_BYTES) return plain;
  const fits = Buffer.byteLength(JSON.stringify(plain)) <= MAX_ANSWER_BYTES;
  if (fits && !takesGzip(acceptEncoding)) return plain;
  const body = gzipSync(text).toString('base64');
  if (body.length > MAX_ANSWER_BYTES)
    return problemAnswer(problem('too-large', 'the answer is larger than the API can send, even gzipped'));
  return {
    statusCode: status,
    headers: { ...headers, 'content-encoding': 'gzip' },
    body,
    isBase64Encoded: true,
  };
}

const withCharset = (mediaType: string): string =>
  mediaType.startsWith('text/') && !mediaType.includes(';') ? `${mediaType}; charset=utf-8` : mediaType;

/** `gzip`, `*`, or `gzip;q=0.5`; `gzip;q=0` is a no. */
function takesGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((item) => {
    const [coding = '', quality = 'q=1'] = item.split(';').map((part) => part.trim().toLowerCase());
    return ['gzip', 'x-gzip', '*'].includes(coding) && !/^q=0(\.0*)?$/.test(quality);
  });
}
