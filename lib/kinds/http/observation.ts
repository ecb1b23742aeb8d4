import * as z from 'zod';
import { ConnectResult, StreamEnd, Timings } from '../../model/observed.ts';
import { connected } from '../contract/common-observation.ts';
import { ProxyHeader } from '../contract/proxy-header.ts';
import { TlsResult } from '../contract/tls-result.ts';

/** Clients whose reading of malformed answers is known. Browsers are represented by Chromium. */
export const HttpClient = z.enum(['Chromium', 'curl', 'Go']);
export type HttpClient = z.infer<typeof HttpClient>;

/** Rules of HTTP/1.1 (RFC 9112) that answers break in practice. */
export const MalformedRule = z.enum([
  'bytes-before-status-line',
  'no-status-line',
  'icy',
  'version',
  'status-code',
  'status-line-spaces',
  'bare-lf',
  'nul',
  'control-character',
  'space-before-colon',
  'name-not-a-token',
  'no-colon',
  'empty-name',
  'folded-line',
  'folded-first-line',
  'length-and-chunked',
  'lengths-differ',
  'length-repeated',
  'length-not-a-number',
  'locations-differ',
  'dispositions-differ',
  'transfer-coding',
  'chunked-in-1.0',
  'last-chunk-unfinished',
]);
export type MalformedRule = z.infer<typeof MalformedRule>;

/** A rule that an answer breaks, the first line that breaks it, and the clients that refuse the answer for it. */
export const Malformed = z.object({ rule: MalformedRule, line: z.string(), refusedBy: z.array(HttpClient) });
export type Malformed = z.infer<typeof Malformed>;

/** How HTTP/2 failed. */
export const Http2Error = z.object({
  /** The frame by which the server ended it; absent where its own frames were refused. */
  frame: z.enum(['RST_STREAM', 'GOAWAY']).optional(),
  /** Name of the error code (RFC 9113 §7), or of what is wrong with its frames. */
  code: z.string(),
  /** Debug data of GOAWAY. */
  debug: z.string().optional(),
  /** Answered over HTTP/1.1, on another connection. */
  overHttp1: z.boolean().optional(),
  /** A field of the answer over HTTP/1.1 which HTTP/2 forbids (RFC 9113 §8.2.2). */
  field: z.string().optional(),
  /** `field` was in the HEADERS frame itself. */
  fieldSeen: z.boolean().optional(),
});
export type Http2Error = z.infer<typeof Http2Error>;

/** One HTTP exchange. The last hop of a chain is the final answer. */
export const HttpHop = z.object({
  url: z.string(),
  address: z.string(),
  connect: ConnectResult,
  tls: TlsResult.optional(),
  /** `answered`: a status line and headers came. */
  outcome: z.discriminatedUnion('status', [
    z.object({ status: z.literal('answered') }),
    /** Connected (and TLS done) but no HTTP bytes: how it ended. */
    z.object({ status: z.literal('no-response'), end: StreamEnd }),
    z.object({ status: z.literal('not-http'), firstBytes: z.string() }),
    /** Header block or body beyond the bounds, in bytes; or too many interim (1xx) answers. */
    z.object({
      status: z.literal('too-large'),
      what: z.enum(['headers', 'body', 'interim']),
      limit: z.number(),
    }),
    /** No request was sent: connect or TLS failed. */
    z.object({ status: z.literal('not-reached') }),
    z.object({ status: z.literal('deadline') }),
  ]),
  httpVersion: z.string().optional(),
  /** Also present without `answered` when a status line came and the headers never ended. */
  statusCode: z.number().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  location: z.string().optional(),
  /** Names of the cookies of earlier answers of the chain that went with this request, as `a=…; b=…`. */
  cookiesSent: z.string().optional(),
  /** How the PROXY protocol is related to the answer or to its absence, where that was seen. */
  proxyHeader: ProxyHeader.optional(),
  /** HTTP/2 was chosen and failed; absent where the server asks for HTTP/1.1 itself. */
  http2Error: Http2Error.optional(),
  /** The rules of HTTP/1.1 that this answer breaks. A client named there refuses it; absent when it breaks none. */
  malformed: z.array(Malformed).optional(),
  timings: Timings,
});
export type HttpHop = z.infer<typeof HttpHop>;

/** Why a redirect was not followed. `dns`: its name gave no address, `reason` begins with the response code. */
export const RedirectRule = z.enum([
  'address',
  'code',
  'scheme',
  'credentials',
  'port',
  'length',
  'missing-slash',
  'invalid',
  'dns',
  'foreign-port',
]);
export type RedirectRule = z.infer<typeof RedirectRule>;

export const HttpResult = z.object({
  hops: z.array(HttpHop),
  /** Why following stopped. */
  stopped: z.enum([
    'final',
    'loop',
    'too-many-redirects',
    'redirect-refused',
    'redirect-unresolvable',
    'error',
  ]),
  /** For `redirect-refused` and `redirect-unresolvable`: the URL, the rule that it breaks and the reason in words. */
  refusedRedirect: z
    .object({ url: z.string(), reason: z.string(), rule: RedirectRule.optional() })
    .optional(),
  /** As in the page: character references are not decoded. */
  title: z.string().optional(),
  /** Of the decoded final body, cut at `bodyLimit` bytes. */
  bodyBytes: z.number().optional(),
  bodySha256: z.string().optional(),
  /** First part of the body, printable, at most 2,000 characters. */
  bodySample: z.string().optional(),
  /** Whether the final body contains the asserted text; absent when not asked. */
  bodyContains: z.boolean().optional(),
  bodyTruncated: z.boolean().optional(),
  /** The body was cut by this prober before its limit, because the run had no memory left for it. */
  bodyCutHere: z.boolean().optional(),
  /** Scripts, styles and frames that a page over https loads over plain http, ten at most. */
  mixedContent: z.array(z.string()).optional(),
  /** How reading the final body ended. `too-large`: cut at our limit, not a fault; `malformed`: broken chunks or coding. */
  bodyEnd: z.enum([...StreamEnd.options, 'malformed']).optional(),
  /** Value of Content-Encoding, when the body is not in it. */
  falseCoding: z.string().optional(),
  /** With `falseCoding`: it begins in the coding, and `bodyBytes` of the page are readable. */
  codingBrokenOff: z.boolean().optional(),
  /**
   * A body in a content coding was broken, and the same was asked for without Accept-Encoding: whether it was complete then.
   * Absent when not asked, or when no answer came.
   */
  wholeWithoutCoding: z.boolean().optional(),
  /** With `timeout`: bytes of the body were still arriving when the time was up. */
  bodyFlowing: z.boolean().optional(),
  hsts: z.string().optional(),
  /** ALPN chose h2 for the first hop; the answer was then read over HTTP/2. Absent without TLS. */
  http2: z.boolean().optional(),
});
export type HttpResult = z.infer<typeof HttpResult>;

export const HttpObservation = z.object({
  kind: z.enum(['http', 'https']),
  ...connected,
  http: HttpResult.optional(),
});
export type HttpObservation = z.infer<typeof HttpObservation>;
