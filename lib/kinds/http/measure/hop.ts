/** One hop of a chain: connection, request and answer, as facts. */

import { roundMs } from '../../../net/clock.ts';
import type { Exchange } from '../../../net/exchange.ts';
import type { LocalEnd } from '../../../net/network-access.ts';
import { printable } from '../../../net/printable.ts';
import { tlsAlertOf } from '../../connection/tls-alerts.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import type { TlsResult } from '../../contract/tls-result.ts';
import type { HttpHop } from '../observation.ts';
import { HTTP_LIMITS, type HttpAnswer, type HttpAsk, headerValue } from './answer.ts';
import { connectHop, GO_OFFER, type HopConnection, OFFER_BOTH, OFFER_HTTP1 } from './connect.ts';
import type { CookieJar } from './cookies.ts';
import { cookieNames, keptHeaders, recordAnswer } from './headers.ts';
import { askHttp2 } from './http2-request.ts';
import { isRedirect } from './redirect.ts';
import { askHttp1 } from './request.ts';
import { userAgent } from './user-agent.ts';

export interface HopSetup {
  readonly context: ProbeContext;
  readonly exchange: Exchange;
  /** Milliseconds left of the probe's budget, at least 1. */
  readonly left: () => number;
  readonly judge: HttpAsk['judge'];
  /** False: no Accept-Encoding is sent, which asks for the page without coding. */
  readonly coded?: boolean;
  /** Cookies of the chain; absent where none are kept. */
  readonly jar?: CookieJar | undefined;
  /** Called as soon as the handshake of a hop is over. */
  readonly onTls?: (tls: TlsResult) => void;
}

export interface Hop {
  readonly facts: HttpHop;
  readonly answer?: HttpAnswer;
  readonly local: LocalEnd;
}

/** @param dnsMs time that finding the address took, when it was looked up for this hop */
export async function askHop(
  url: URL,
  address: string,
  dnsMs: number | undefined,
  setup: HopSetup,
): Promise<Hop> {
  const { context, exchange } = setup;
  const begin = context.clock.monotonic();
  const total = (): number => roundMs(context.clock.monotonic() - begin + (dnsMs ?? 0));

  // Let's Encrypt offers no ALPN, which leaves HTTP/1.1.
  const offer = setup.judge === 'Go' ? GO_OFFER : OFFER_BOTH;
  let connection = await connectHop(url, address, offer, setup.left, context, exchange);
  const chosen = connection.tls;
  if (chosen !== undefined) setup.onTls?.(chosen);
  let answer = await askOver(connection, url, setup);
  if (answer?.wantsHttp1) {
    exchange.event('the server asks for HTTP/1.1 instead of HTTP/2');
    connection = await connectHop(url, address, OFFER_HTTP1, setup.left, context, exchange);
    answer = await askOver(connection, url, setup);
  }
  let http2Error = answer?.http2Error;
  const failed = http2Error !== undefined && answer?.outcome.status !== 'answered';
  if (failed && http2Error !== undefined && !answer?.wantsHttp1 && http2Error.code !== 'ENHANCE_YOUR_CALM') {
    // Browsers give up here (except for HTTP_1_1_REQUIRED); this request shows what the server has.
    exchange.event('HTTP/2 failed; the same is asked over HTTP/1.1');
    const second = await connectHop(url, address, OFFER_HTTP1, setup.left, context, exchange);
    const other = await askOver(second, url, setup);
    if (other?.outcome.status === 'answered') {
      connection = second;
      answer = other;
      const upgrade = headerValue(other.rawHeaders, 'upgrade');
      http2Error = {
        ...http2Error,
        overHttp1: true,
        ...(upgrade !== undefined &&
          http2Error.field === undefined && { field: `Upgrade: ${printable(upgrade, 100)}` }),
      };
    }
  }
  // Fields are set one by one: V8 is slow with spreads, and every probe runs this.
  const facts: HttpHop = {
    url: printable(url.href, HTTP_LIMITS.url),
    address,
    connect: connection.connect,
    outcome: answer?.outcome ?? notReached(connection),
    timings: { ...connection.timings, total: 0 },
  };
  if (dnsMs !== undefined) facts.timings.dns = roundMs(dnsMs);
  if (http2Error !== undefined) facts.http2Error = http2Error;
  const tls = withLateAlert(connection.tls, answer);
  if (tls !== undefined) facts.tls = tls;
  if (answer !== undefined) {
    const sent = setup.jar?.header(url);
    if (sent !== undefined) facts.cookiesSent = printable(cookieNames(sent), 200);
    addAnswer(facts, answer, exchange);
  }
  facts.timings.total = total();
  return {
    facts,
    ...(answer !== undefined && { answer }),
    local: connection.local,
  };
}

function addAnswer(facts: HttpHop, answer: HttpAnswer, exchange: Exchange): void {
  const { outcome, httpVersion, statusCode, rawHeaders, firstByteMs } = answer;
  const location = headerValue(rawHeaders, 'location');
  recordAnswer(answer, isRedirect(statusCode ?? 0, location), exchange);
  const ending = describeEnd(answer);
  if (ending !== undefined) exchange.event(ending);
  if (httpVersion !== undefined) facts.httpVersion = httpVersion;
  if (statusCode !== undefined) facts.statusCode = statusCode;
  if (outcome.status === 'answered') facts.headers = keptHeaders(rawHeaders);
  if (answer.malformed !== undefined) facts.malformed = [...answer.malformed];
  if (location !== undefined) facts.location = printable(location, HTTP_LIMITS.url);
  if (firstByteMs !== undefined) facts.timings.firstByte = roundMs(firstByteMs);
}

/** What the client asks for: some servers send a broken page only when they compress it. Go's transport adds its own. */
const CODINGS: Readonly<Record<HttpAsk['judge'], string>> = { Chromium: 'gzip, deflate, br', Go: 'gzip' };

async function askOver(
  connection: HopConnection,
  url: URL,
  setup: HopSetup,
): Promise<HttpAnswer | undefined> {
  const { line } = connection;
  if (line === undefined) return undefined;
  const { clock, deadline } = setup.context;
  const { exchange } = setup;
  const ask: HttpAsk = {
    url,
    userAgent: userAgent(setup.context.contact),
    judge: setup.judge,
    codings: setup.coded === false ? undefined : CODINGS[setup.judge],
    cookies: setup.jar?.header(url),
    timeoutMs: setup.left(),
    deadline,
    clock,
    exchange,
    budget: setup.context.buffers,
  };
  return line.version === 2 ? askHttp2(line.socket, ask) : askHttp1(line.socket, ask);
}

function notReached({ connect, tls }: HopConnection): HttpHop['outcome'] {
  const ended = connect.status === 'deadline' || tls?.handshake.status === 'deadline';
  return { status: ended ? 'deadline' : 'not-reached' };
}

/**
 * In TLS 1.3 the client has finished before the server has checked it: an alert (such as certificate_required) may come
 * after our side of the handshake, in place of the answer.
 */
function withLateAlert(tls: TlsResult | undefined, answer: HttpAnswer | undefined): TlsResult | undefined {
  if (tls === undefined || answer?.outcome.status !== 'no-response' || answer.error === undefined) return tls;
  const alert = tlsAlertOf(answer.error);
  return alert === undefined ? tls : { ...tls, handshake: { status: 'alert', ...alert } };
}

/** How an incomplete answer ended; undefined when it is complete. */
function describeEnd({ outcome, bodyEnd, error, body }: HttpAnswer): string | undefined {
  const why = error === undefined ? '' : ` (${error.code ?? error.name}: ${error.message})`;
  switch (outcome.status) {
    case 'answered':
      if (bodyEnd === undefined || bodyEnd === 'complete') return undefined;
      return `body: ${bodyEnd} after ${body.length} bytes${why}`;
    case 'no-response':
      return `no answer: ${outcome.end}${why}`;
    case 'not-http':
      return `the answer is not HTTP${why}`;
    case 'too-large':
      return `${outcome.what} beyond ${outcome.limit} bytes${why}`;
    case 'not-reached':
      return undefined;
    case 'deadline':
      return 'the run ended';
    default:
      return outcome satisfies never;
  }
}
