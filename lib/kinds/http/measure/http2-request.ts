/** HTTP/2 on a TLS socket whose ALPN chose h2, by Node's own client. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  connect as http2Connect,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { BoundedBytes } from '../../../net/bounded-bytes.ts';
import { offDeadline, onDeadline } from '../../../net/deadline.ts';

import { deferredTimeout } from '../../../net/deferred-timeout.ts';
import { printable } from '../../../net/printable.ts';
import { type BodyEnd, HTTP_LIMITS, type HttpAnswer, type HttpAsk, headerValue, usedUp } from './answer.ts';
import { cookieNames } from './headers.ts';
import { forbiddenField, ownName } from './http2-fields.ts';
import { completeFrames, type ServerEnd } from './http2-frames.ts';
import { isRedirect } from './redirect.ts';

/**
 * Sends one GET on a new session and reads its answer within the bounds. Never rejects; the socket is closed
 * afterwards.
 */
export function askHttp2(socket: TLSSocket, ask: HttpAsk): Promise<HttpAnswer> {
  const { url, clock, exchange, deadline } = ask;
  const path = `${url.pathname}${url.search}`;

  return new Promise((resolve) => {
    const content = new BoundedBytes(HTTP_LIMITS.body, ask.budget);
    let bodyLength = 0;
    let statusCode: number | undefined;
    let rawHeaders: readonly string[] = [];
    let firstByteAt: number | undefined;
    let finReceived = false;
    let wantsHttp1 = false;
    let brokenFraming: string | undefined;
    let serverEnd: ServerEnd | undefined;
    let refusedHere: string | undefined;
    let forbidden: string | undefined;
    let done = false;

    const finish = (outcome: HttpAnswer['outcome'], bodyEnd?: BodyEnd, error?: Error): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      session?.destroy();
      socket.destroy();
      resolve({
        outcome,
        rawHeaders,
        body: content.bytes(),
        release: () => content.clear(),
        ...(content.outOfBudget && { outOfBudget: true }),
        ...(statusCode !== undefined && { httpVersion: '2.0', statusCode }),
        ...(firstByteAt !== undefined && { firstByteMs: firstByteAt - start }),
        ...(bodyEnd !== undefined && { bodyEnd }),
        ...(error !== undefined && { error }),
        ...(wantsHttp1 && { wantsHttp1 }),
        ...(statusCode === undefined
          ? http2ErrorOf(serverEnd, brokenFraming ?? refusedHere, forbidden)
          : readOver(forbidden)),
      });
    };
    const end = (how: 'fin' | 'reset' | 'timeout' | 'deadline' | 'too-large', error?: Error) => {
      if (brokenFraming !== undefined) {
        return statusCode === undefined
          ? finish({ status: 'not-http', firstBytes: '' }, undefined, error)
          : finish({ status: 'answered' }, 'malformed', error);
      }
      if (statusCode !== undefined) return finish({ status: 'answered' }, how, error);
      if (how === 'deadline') return finish({ status: 'deadline' }, undefined, error);
      finish({ status: 'no-response', end: how }, undefined, error);
    };
    const onError = (error: NodeJS.ErrnoException) => {
      // nghttp2 refused a frame: what came is not HTTP/2. The session has already read the bytes, so none can be shown.
      if (statusCode === undefined && error.code === 'ERR_HTTP2_ERROR') {
        refusedHere = printable(error.message, 100);
        return finish({ status: 'not-http', firstBytes: '' }, undefined, error);
      }
      streamEnded(error);
    };
    const streamEnded = (error?: Error) => {
      const code = stream?.rstCode ?? constants.NGHTTP2_NO_ERROR;
      if (
        statusCode === undefined &&
        serverEnd === undefined &&
        code === constants.NGHTTP2_ENHANCE_YOUR_CALM
      ) {
        // Node reports oversized headers as ENHANCE_YOUR_CALM.
        return finish(
          { status: 'too-large', what: 'headers', limit: HTTP_LIMITS.headers2 },
          undefined,
          error,
        );
      }
      wantsHttp1 =
        code === constants.NGHTTP2_HTTP_1_1_REQUIRED ||
        serverEnd?.code === constants.NGHTTP2_HTTP_1_1_REQUIRED;
      // Node resets the stream itself where nghttp2 refuses a header field.
      if (serverEnd === undefined && code === constants.NGHTTP2_PROTOCOL_ERROR)
        refusedHere = 'PROTOCOL_ERROR';
      end(finReceived && code === constants.NGHTTP2_NO_ERROR ? 'fin' : 'reset', error);
    };
    const onRunEnd = (): void => end('deadline');

    let session: ClientHttp2Session | undefined;
    let stream: ClientHttp2Stream | undefined;
    const start = clock.monotonic();
    const timer = setTimeout(
      deferredTimeout(end, () => socket.bytesRead),
      ask.timeoutMs,
      'timeout' as const,
    );
    if (deadline.aborted) return end('deadline');
    if (socket.destroyed || socket.readableEnded) return end('fin');
    onDeadline(deadline, onRunEnd);

    socket.once('end', () => {
      finReceived = true;
    });
    session = http2Connect(url.origin, {
      createConnection: () =>
        completeFrames(
          socket,
          (why) => {
            brokenFraming = why;
            exchange.event(`HTTP/2 framing broken: ${why}`);
          },
          {
            onEnd: (seen) => {
              // GOAWAY with NO_ERROR after the answer is the normal end of a session.
              if (statusCode === undefined) serverEnd ??= seen;
              exchange.event(
                `${seen.frame}, HTTP/2 error ${errorName(seen.code)}${seen.debug === '' ? '' : ` "${seen.debug}"`}`,
              );
            },
            onHeaders: (block) => {
              const found = forbiddenField(block);
              if (found === undefined) return undefined;
              if (forbidden === undefined) {
                forbidden = printable(Buffer.from(found.field, 'latin1'), 100);
                exchange.event(`HEADERS with a field that HTTP/2 forbids: ${forbidden}`);
              }
              return found.renamed;
            },
          },
        ),
      // No push, and no header list beyond the limit for HTTP/1.1.
      settings: { enablePush: false, maxHeaderListSize: HTTP_LIMITS.headers2 },
      maxSessionMemory: 1,
    });
    session.on('error', onError);
    session.on('close', () => (serverEnd === undefined ? end('fin') : streamEnded()));

    stream = session.request({
      ':method': 'GET',
      ':path': path,
      ':authority': url.host,
      'user-agent': ask.userAgent,
      accept: '*/*',
      ...(ask.codings !== undefined && { 'accept-encoding': ask.codings }),
      ...(ask.cookies !== undefined && { cookie: ask.cookies }),
    });
    exchange.sent(
      `GET ${path} HTTP/2\r\nhost: ${url.host}\r\nuser-agent: ${ask.userAgent}\r\naccept: */*\r\n${ask.codings === undefined ? '' : `accept-encoding: ${ask.codings}\r\n`}${ask.cookies === undefined ? '' : `cookie: ${cookieNames(ask.cookies)}\r\n`}`,
    );
    stream.on('headers', (headers) => {
      firstByteAt ??= clock.monotonic();
      exchange.received(`HTTP/2 ${headers[':status']}`);
    });
    stream.on('response', (headers) => {
      firstByteAt ??= clock.monotonic();
      rawHeaders = flatHeaders(headers);
      statusCode = headers[':status'] ?? 0;
      if (sizeOf(rawHeaders) > HTTP_LIMITS.headers2) {
        return finish({ status: 'too-large', what: 'headers', limit: HTTP_LIMITS.headers2 });
      }
      if (isRedirect(statusCode, headers.location)) finish({ status: 'answered' });
    });
    stream.on('data', (chunk: Buffer) => {
      if (done) return;
      bodyLength += chunk.length;
      if (content.push(chunk)) return;
      if (content.outOfBudget) exchange.event(`no more of the body was kept: ${usedUp(ask)}`);
      end('too-large');
    });
    stream.on('error', onError);
    stream.on('close', () => {
      if (stream?.rstCode !== constants.NGHTTP2_NO_ERROR || statusCode === undefined) {
        exchange.event(`stream closed, HTTP/2 error ${errorName(stream?.rstCode ?? 0)}`);
        return streamEnded();
      }
      // RFC 9113 §8.1.1: a body shorter than its announced length is malformed.
      const announced = headerValue(rawHeaders, 'content-length');
      const short = announced !== undefined && bodyLength < Number(announced);
      finish({ status: 'answered' }, short ? 'fin' : 'complete');
    });
  });
}

/** RFC 9113 §7, in the order of their numbers. */
const ERROR_NAMES = [
  ...[
    'NO_ERROR',
    'PROTOCOL_ERROR',
    'INTERNAL_ERROR',
    'FLOW_CONTROL_ERROR',
    'SETTINGS_TIMEOUT',
    'STREAM_CLOSED',
  ],
  ...[
    'FRAME_SIZE_ERROR',
    'REFUSED_STREAM',
    'CANCEL',
    'COMPRESSION_ERROR',
    'CONNECT_ERROR',
    'ENHANCE_YOUR_CALM',
  ],
  ...['INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
];

const errorName = (code: number): string => ERROR_NAMES[code] ?? `0x${code.toString(16)}`;

function http2ErrorOf(
  end: ServerEnd | undefined,
  own: string | undefined,
  forbidden: string | undefined,
): Pick<HttpAnswer, 'http2Error'> {
  if (end !== undefined) {
    const debug = end.debug === '' ? {} : { debug: printable(Buffer.from(end.debug, 'latin1'), 200) };
    return { http2Error: { frame: end.frame, code: errorName(end.code), ...debug } };
  }
  if (own === undefined) return {};
  return {
    http2Error: { code: own, ...(forbidden !== undefined && { field: forbidden, fieldSeen: true }) },
  };
}

/** An answer that came in spite of a forbidden field; the code is what stricter clients end it with. */
const readOver = (forbidden: string | undefined): Pick<HttpAnswer, 'http2Error'> =>
  forbidden === undefined
    ? {}
    : { http2Error: { code: 'PROTOCOL_ERROR', field: forbidden, fieldSeen: true } };

function flatHeaders(headers: NodeJS.Dict<string | string[] | number>): string[] {
  const flat: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) flat.push(ownName(name), String(one));
    }
  }
  return flat;
}

/** RFC 9113 §6.5.2: names, values and 32 bytes for each field. Our SETTINGS ask for no more, but a server need not obey. */
function sizeOf(rawHeaders: readonly string[]): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + 16, 0);
}
