/** What one HTTP request and its answer are, whichever version speaks. */
import type { HttpHop, HttpResult } from '../model/observation.ts';
import type { Exchange } from '../net/exchange.ts';
import type { Clock } from './probe.ts';

/** Everything that a server controls ends here. */
export const HTTP_LIMITS = {
  /** Header block in bytes; browsers take far more, servers send far less. */
  headers: 32 * 1024,
  /** Body bytes read from the wire. A longer page is read in part, which is no fault. */
  body: 256 * 1024,
  /** What a compressed body may unpack to: 32 times what was read. No honest page comes near. */
  decodedBody: 8 * 1024 * 1024,
  /** First bytes kept for an answer that is not HTTP. */
  firstBytes: 512,
  redirects: 10,
  /** Boulder's bound on a redirect's path; applied to each URL. */
  url: 2000,
} as const;

/** A GET request on a connected socket. */
export interface HttpAsk {
  /** Without fragment and credentials. */
  readonly url: URL;
  readonly userAgent: string;
  /** Milliseconds until the whole answer must have come. */
  readonly timeoutMs: number;
  readonly deadline: AbortSignal;
  readonly clock: Clock;
  readonly exchange: Exchange;
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
  /** As on the wire, content coding not undone, `HTTP_LIMITS.body` bytes at most. */
  readonly body: Buffer;
  readonly bodyEnd?: BodyEnd;
  /** What ended it early, as Node tells it. */
  readonly error?: NodeJS.ErrnoException;
  /** RFC 9113 §7, HTTP_1_1_REQUIRED: the same request is wanted over HTTP/1.1. */
  readonly wantsHttp1?: boolean;
}

/** Value of the first header of that name (lower case); undefined when absent. */
export function headerValue(rawHeaders: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}
