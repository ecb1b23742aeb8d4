/** One hop of a chain: connection, request and answer, as facts. */
import type { HttpHop, TlsResult } from '../model/observation.ts';
import { roundMs } from '../net/clock.ts';
import type { Exchange } from '../net/exchange.ts';
import { printable } from '../net/printable.ts';
import { HTTP_LIMITS, type HttpAnswer, headerValue } from './http-answer.ts';
import { connectHop, type HopConnection, OFFER_BOTH, OFFER_HTTP1 } from './http-connect.ts';
import { keptHeaders, recordAnswer } from './http-headers.ts';
import { isRedirect } from './http-redirect.ts';
import { askHttp1 } from './http-request.ts';
import { askHttp2 } from './http2-request.ts';
import type { ProbeContext } from './probe.ts';
import { tlsAlertOf } from './tls-alerts.ts';
import { USER_AGENT } from './user-agent.ts';

export interface HopSetup {
  readonly context: ProbeContext;
  readonly exchange: Exchange;
  /** Milliseconds left of the probe's budget, at least 1. */
  readonly left: () => number;
  /** Told as soon as the handshake of a hop is over. */
  readonly onTls?: (tls: TlsResult) => void;
}

export interface Hop {
  readonly facts: HttpHop;
  readonly answer?: HttpAnswer;
  readonly localAddress?: string;
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

  let connection = await connectHop(url, address, OFFER_BOTH, setup.left, context, exchange);
  const chosen = connection.tls;
  if (chosen !== undefined) setup.onTls?.(chosen);
  let answer = await askOver(connection, url, setup);
  if (answer?.wantsHttp1) {
    exchange.event('the server asks for HTTP/1.1 instead of HTTP/2');
    connection = await connectHop(url, address, OFFER_HTTP1, setup.left, context, exchange);
    answer = await askOver(connection, url, setup);
  }
  // Fields are set one by one: V8 is slow at spreads, and this is in the path of every probe.
  const facts: HttpHop = {
    url: printable(url.href, HTTP_LIMITS.url),
    address,
    connect: connection.connect,
    outcome: answer?.outcome ?? notReached(connection),
    timings: { ...connection.timings, total: 0 },
  };
  if (dnsMs !== undefined) facts.timings.dns = roundMs(dnsMs);
  const tls = withLateAlert(connection.tls, answer);
  if (tls !== undefined) facts.tls = tls;
  if (answer !== undefined) addAnswer(facts, answer, exchange);
  facts.timings.total = total();
  return {
    facts,
    ...(answer !== undefined && { answer }),
    ...(connection.localAddress !== undefined && { localAddress: connection.localAddress }),
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
  if (location !== undefined) facts.location = printable(location, HTTP_LIMITS.url);
  if (firstByteMs !== undefined) facts.timings.firstByte = roundMs(firstByteMs);
}

async function askOver(
  connection: HopConnection,
  url: URL,
  setup: HopSetup,
): Promise<HttpAnswer | undefined> {
  const { line } = connection;
  if (line === undefined) return undefined;
  const { clock, deadline } = setup.context;
  const { exchange } = setup;
  const ask = { url, userAgent: USER_AGENT, timeoutMs: setup.left(), deadline, clock, exchange };
  return line.version === 2 ? askHttp2(line.socket, ask) : askHttp1(line.socket, ask);
}

function notReached({ connect, tls }: HopConnection): HttpHop['outcome'] {
  const ended = connect.status === 'deadline' || tls?.handshake.status === 'deadline';
  return { status: ended ? 'deadline' : 'not-reached' };
}

/**
 * In TLS 1.3 the client is done before the server has judged it: an alert (certificate_required, for one) may come
 * after our side of the handshake, in place of the answer.
 */
function withLateAlert(tls: TlsResult | undefined, answer: HttpAnswer | undefined): TlsResult | undefined {
  if (tls === undefined || answer?.outcome.status !== 'no-response' || answer.error === undefined) return tls;
  const alert = tlsAlertOf(answer.error);
  return alert === undefined ? tls : { ...tls, handshake: { status: 'alert', ...alert } };
}

/** How an answer ended that is not whole; undefined when it is. */
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
