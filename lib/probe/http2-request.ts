/** HTTP/2 on a TLS socket whose ALPN chose h2, by Node's own client. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  connect as http2Connect,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { type BodyEnd, HTTP_LIMITS, type HttpAnswer, type HttpAsk, headerValue } from './http-answer.ts';
import { isRedirect } from './http-redirect.ts';
import { soundFrames } from './http2-frames.ts';

/**
 * Sends one GET on a new session and reads its answer within the bounds. Never rejects; the socket is closed
 * afterwards.
 */
export function askHttp2(socket: TLSSocket, ask: HttpAsk): Promise<HttpAnswer> {
  const { url, clock, exchange, deadline } = ask;
  const path = `${url.pathname}${url.search}`;

  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bodyLength = 0;
    let statusCode: number | undefined;
    let rawHeaders: readonly string[] = [];
    let firstByteAt: number | undefined;
    let finReceived = false;
    let wantsHttp1 = false;
    let brokenFraming: string | undefined;
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
        body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
        ...(statusCode !== undefined && { httpVersion: '2.0', statusCode }),
        ...(firstByteAt !== undefined && { firstByteMs: firstByteAt - start }),
        ...(bodyEnd !== undefined && { bodyEnd }),
        ...(error !== undefined && { error }),
        ...(wantsHttp1 && { wantsHttp1 }),
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
      // nghttp2 refused a frame: what came is no HTTP/2. The session has eaten its bytes, so none can be shown.
      if (statusCode === undefined && error.code === 'ERR_HTTP2_ERROR') {
        return finish({ status: 'not-http', firstBytes: '' }, undefined, error);
      }
      streamEnded(error);
    };
    const streamEnded = (error?: Error) => {
      const code = stream?.rstCode ?? constants.NGHTTP2_NO_ERROR;
      if (statusCode === undefined && code === constants.NGHTTP2_ENHANCE_YOUR_CALM) {
        // Node's own word for more headers than it keeps: who sends one request can't be asked to calm down.
        return finish({ status: 'too-large', what: 'headers', limit: HTTP_LIMITS.headers }, undefined, error);
      }
      wantsHttp1 = code === constants.NGHTTP2_HTTP_1_1_REQUIRED;
      end(finReceived && code === constants.NGHTTP2_NO_ERROR ? 'fin' : 'reset', error);
    };
    const onRunEnd = (): void => end('deadline');

    let session: ClientHttp2Session | undefined;
    let stream: ClientHttp2Stream | undefined;
    const start = clock.monotonic();
    const timer = setTimeout(end, ask.timeoutMs, 'timeout');
    if (deadline.aborted) return end('deadline');
    if (socket.destroyed || socket.readableEnded) return end('fin');
    onDeadline(deadline, onRunEnd);

    socket.once('end', () => {
      finReceived = true;
    });
    session = http2Connect(url.origin, {
      createConnection: () =>
        soundFrames(socket, (why) => {
          brokenFraming = why;
          exchange.event(`HTTP/2 framing broken: ${why}`);
        }),
      // No push, and no header list beyond the bound that HTTP/1.1 has.
      settings: { enablePush: false, maxHeaderListSize: HTTP_LIMITS.headers },
      maxSessionMemory: 1,
    });
    session.on('error', onError);
    session.on('goaway', (code) => exchange.event(`GOAWAY, HTTP/2 error code ${code}`));
    session.on('close', () => end('fin'));

    stream = session.request({
      ':method': 'GET',
      ':path': path,
      ':authority': url.host,
      'user-agent': ask.userAgent,
      accept: '*/*',
    });
    exchange.sent(
      `GET ${path} HTTP/2\r\nhost: ${url.host}\r\nuser-agent: ${ask.userAgent}\r\naccept: */*\r\n`,
    );
    stream.on('headers', (headers) => {
      firstByteAt ??= clock.monotonic();
      exchange.received(`HTTP/2 ${headers[':status']}`);
    });
    stream.on('response', (headers) => {
      firstByteAt ??= clock.monotonic();
      rawHeaders = flatHeaders(headers);
      statusCode = headers[':status'] ?? 0;
      if (sizeOf(rawHeaders) > HTTP_LIMITS.headers) {
        return finish({ status: 'too-large', what: 'headers', limit: HTTP_LIMITS.headers });
      }
      if (isRedirect(statusCode, headers.location)) finish({ status: 'answered' });
    });
    stream.on('data', (chunk: Buffer) => {
      if (done) return;
      const room = HTTP_LIMITS.body - bodyLength;
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      bodyLength += chunk.length;
      if (bodyLength > HTTP_LIMITS.body) end('too-large');
    });
    stream.on('error', onError);
    stream.on('close', () => {
      if (stream?.rstCode !== constants.NGHTTP2_NO_ERROR || statusCode === undefined) {
        exchange.event(`stream closed, HTTP/2 error code ${stream?.rstCode}`);
        return streamEnded();
      }
      // RFC 9113 §8.1.1: a body shorter than its announced length is malformed.
      const announced = headerValue(rawHeaders, 'content-length');
      const short = announced !== undefined && bodyLength < Number(announced);
      finish({ status: 'answered' }, short ? 'fin' : 'complete');
    });
  });
}

function flatHeaders(headers: NodeJS.Dict<string | string[] | number>): string[] {
  const flat: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) flat.push(name, String(one));
    }
  }
  return flat;
}

/** RFC 9113 §6.5.2: names, values and 32 bytes for each field. Our SETTINGS ask for no more, which binds nobody. */
function sizeOf(rawHeaders: readonly string[]): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + 16, 0);
}
