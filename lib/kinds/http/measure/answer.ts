/** The types of one HTTP request and its answer, for every version. */

import type { BufferBudget } from '../../../net/buffer-budget.ts';
import type { Exchange } from '../../../net/exchange.ts';
import type { Clock } from '../../../net/network-access.ts';
import type { Http2Error, HttpHop, HttpResult, Malformed } from '../observation.ts';

/** Limits for everything that a server controls. */
export const HTTP_LIMITS = {
  /** Bytes of all heads of one answer, interim ones included: the same limit as Chromium's. curl stops at a line of 100 kB. */
  headers: 256 * 1024,
  /** The same for HTTP/2, by RFC 9113 §6.5.2's count: nghttp2, which reads it, stops at 64 KiB. */
  headers2: 60_000,
  /** Header fields of one head. */
  fields: 4_096,
  /** Interim (1xx) answers; servers send one or two. */
  interim: 16,
  /** Bytes of chunk sizes, extensions and trailers. Beyond it, only part of the body is read. */
  chunkOverhead: 256 * 1024,
  /** Bytes of one connection that are read before other connections get their turn. */
  turn: 64 * 1024,
  /** Body bytes read from the network. Of a longer page only a part is read, which is not a fault. */
  body: 256 * 1024,
  /** The most bytes that a compressed body may unpack to: 32 times what was read. Ordinary pages stay far below. */
  decodedBody: 8 * 1024 * 1024,
  /** First bytes kept for an answer that is not HTTP. */
  firstBytes: 512,
  /** Redirects that browsers follow (Fetch, "HTTP-redirect fetch"). */
  redirects: 20,
  /** Redirects that Let's Encrypt follows for HTTP-01 (boulder va/http.go). */
  acmeRedirects: 10,
  /** Characters of a redirect's path that Let's Encrypt accepts. */
  acmePath: 2_000,
  /** Characters of a URL that are kept as a fact. */
  url: 2_000,
} as const;

/** A GET request on a connected socket. */
export interface HttpAsk {
  /** Without fragment and credentials. */
  readonly url: URL;
  readonly userAgent: string;
  /** Value of Accept-Encoding; absent: the field is not sent. */
  readonly codings?: string | undefined;
  /** What earlier answers of the chain set for this URL: the value of Cookie. */
  readonly cookies?: string | undefined;
  /** The client whose refusal of a malformed head ends the exchange: a browser, or a certificate authority's Go. */
  readonly judge: 'Chromium' | 'Go';
  /** Milliseconds until the whole answer must have come. */
  readonly timeoutMs: number;
  readonly deadline: AbortSignal;
  readonly clock: Clock;
  readonly exchange: Exchange;
  /** What all answers of the run may keep together; absent: each has only its own limits. */
  readonly budget?: BufferBudget | undefined;
  /**
   * The most bytes of a body that is of use only whole: one that is announced as longer is not read. Absent: `HTTP_LIMITS.body`, of
   * which the first part is of use, too.
   */
  readonly wholeBody?: number | undefined;
}

export type BodyEnd = NonNullable<HttpResult['bodyEnd']>;

export interface HttpAnswer {
  readonly outcome: HttpHop['outcome'];
  readonly httpVersion?: string;
  readonly statusCode?: number;
  /** Reason phrase; HTTP/2 has none. */
  readonly reason?: string;
  /** Name, value, name, value…, in the order they came, values as Latin-1 text. */
  readonly rawHeaders: readonly string[];
  /** Milliseconds from request to the first byte back. */
  readonly firstByteMs?: number;
  /** As received, content coding not undone, `HTTP_LIMITS.body` bytes at most. */
  readonly body: Buffer;
  readonly bodyEnd?: BodyEnd;
  /** The body was cut because the run has no memory left for it. */
  readonly outOfBudget?: boolean;
  /** To be called when the body is not needed any more: gives back its share of the run's memory. */
  readonly release?: () => void;
  /** The time was up while bytes of the body still came. */
  readonly bodyFlowing?: boolean;
  /** The rules of HTTP/1.1 that the answer breaks and browsers ignore. */
  readonly malformed?: readonly Malformed[];
  /** What ended it early, as Node reports it. */
  readonly error?: NodeJS.ErrnoException;
  /** Why HTTP/2 gave no answer, where that is known. */
  readonly http2Error?: Http2Error;
  /** RFC 9113 §7, HTTP_1_1_REQUIRED: the server wants the same request over HTTP/1.1. */
  readonly wantsHttp1?: boolean;
}

/** Value of the first header of that name (lower case); undefined when absent. */
export function headerValue(rawHeaders: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

/** Why something was not kept, as the end of a sentence. */
export const usedUp = ({ budget }: HttpAsk): string =>
  `the ${Math.round((budget?.limit ?? 0) / 1_048_576)} MB are used up that the answers of one run may have together`;
