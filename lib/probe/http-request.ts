/**
 * HTTP/1.1 (and 1.0) on a connected socket by Node's own parser. undici's client was measured first: it costs more than
 * twice as much CPU per request on a socket of one's own, 80 ms to load, and it breaks off at a 100 that nobody asked for.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { StreamEnd } from '../model/observation.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { printable } from '../net/printable.ts';
import { type BodyEnd, HTTP_LIMITS, type HttpAnswer, type HttpAsk } from './http-answer.ts';
import { createHead, readHead } from './http-head.ts';
import { isRedirect } from './http-redirect.ts';

type Ended = Exclude<StreamEnd, 'complete'>;

/**
 * Sends one GET and reads its answer within the bounds. Never rejects; the socket is closed afterwards.
 *
 * @param socket connected (TLS done for https), not yet read from
 */
export function askHttp1(socket: Socket, ask: HttpAsk): Promise<HttpAnswer> {
  const { url, clock, exchange, deadline } = ask;
  const path = `${url.pathname}${url.search}`;
  const headers = [
    ...['Host', url.host],
    ...['User-Agent', ask.userAgent],
    // mod_security's core rules refuse a request without Accept.
    ...['Accept', '*/*'],
    ...['Connection', 'close'],
  ];

  return new Promise((resolve) => {
    const head = createHead();
    const chunks: Buffer[] = [];
    let bodyLength = 0;
    let message: IncomingMessage | undefined;
    let firstByteAt: number | undefined;
    let finReceived = false;
    let done = false;

    const finish = (outcome: HttpAnswer['outcome'], bodyEnd?: BodyEnd, error?: Error): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      // Errors of the destroyed request and message arrive later, at the listeners that stay.
      socket.destroy();
      const answer: { -readonly [K in keyof HttpAnswer]: HttpAnswer[K] } = {
        outcome,
        rawHeaders: message?.rawHeaders ?? [],
        body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
      };
      if (message !== undefined) {
        answer.httpVersion = message.httpVersion;
        answer.statusCode = message.statusCode ?? 0;
        answer.reason = message.statusMessage ?? '';
      } else {
        const reading = readHead(head.bytes());
        if (reading.kind === 'status-line') {
          answer.httpVersion = reading.httpVersion;
          answer.statusCode = reading.statusCode;
        }
      }
      if (firstByteAt !== undefined) answer.firstByteMs = firstByteAt - start;
      if (bodyEnd !== undefined) answer.bodyEnd = bodyEnd;
      if (error !== undefined) answer.error = error;
      // The listeners outlive this, and V8's young collector takes a closed socket and all they reach for alive.
      chunks.length = 0;
      message = undefined;
      resolve(answer);
    };
    const end = (how: Ended, error?: Error) => {
      if (message !== undefined) return finish({ status: 'answered' }, how, error);
      if (how === 'deadline') return finish({ status: 'deadline' }, undefined, error);
      const bytes = head.bytes();
      return readHead(bytes).kind === 'other'
        ? finish({ status: 'not-http', firstBytes: printable(bytes) }, undefined, error)
        : finish({ status: 'no-response', end: how }, undefined, error);
    };
    const onError = (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.name;
      if (!code.startsWith('HPE_')) return end(finReceived ? 'fin' : 'reset', error);
      // Bytes after the end of the answer (a 204 with a body): browsers pass over them as well.
      if (message?.complete) return finish({ status: 'answered' }, 'complete', error);
      if (message !== undefined) return finish({ status: 'answered' }, 'malformed', error);
      if (code === 'HPE_HEADER_OVERFLOW') {
        return finish({ status: 'too-large', what: 'headers', limit: HTTP_LIMITS.headers }, undefined, error);
      }
      // Also an unfinished status line: the parser already knows that it can't become one.
      finish({ status: 'not-http', firstBytes: printable(head.bytes()) }, undefined, error);
    };
    const onRunEnd = (): void => end('deadline');

    const start = clock.monotonic();
    const timer = setTimeout(end, ask.timeoutMs, 'timeout');
    // The peer may have gone between the connect and now; Node would wait for events that are over.
    if (deadline.aborted) return end('deadline');
    if (socket.destroyed || socket.readableEnded) {
      return end(socket.errored === null || socket.errored === undefined ? 'fin' : 'reset');
    }
    onDeadline(deadline, onRunEnd);

    const request = httpRequest({
      createConnection: () => socket,
      path,
      headers,
      setHost: false,
      maxHeaderSize: HTTP_LIMITS.headers,
    });
    request.on('error', onError);
    request.on('close', () => end(finReceived ? 'fin' : 'reset'));
    request.on('information', ({ statusCode, statusMessage }) =>
      exchange.received(`HTTP/1.1 ${statusCode} ${statusMessage}`),
    );
    request.on('socket', () => {
      socket.prependListener('data', (chunk: Buffer) => {
        firstByteAt ??= clock.monotonic();
        if (message === undefined && !done) head.push(chunk);
      });
      socket.prependListener('end', () => {
        finReceived = true;
      });
    });
    // 101 without being asked: an answer all the same, and what follows it is not HTTP.
    request.on('upgrade', (response) => {
      message = response;
      finish({ status: 'answered' }, 'complete');
    });
    request.on('response', (response) => {
      message = response;
      // Nobody sees the page of a redirect that is followed.
      if (isRedirect(response.statusCode ?? 0, response.headers.location))
        return finish({ status: 'answered' });
      const announced = Number(response.headers['content-length'] ?? Number.NaN);
      response.on('data', (chunk: Buffer) => {
        if (done) return;
        const room = HTTP_LIMITS.body - bodyLength;
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        bodyLength += chunk.length;
        if (bodyLength > HTTP_LIMITS.body) return end('too-large');
        // The whole body is here. Left to the end event, Node would first shut the connection down, at two system calls.
        if (bodyLength === announced) finish({ status: 'answered' }, 'complete');
      });
      response.on('end', () => finish({ status: 'answered' }, 'complete'));
      // Cut short: Node reports it on the message and, for some ways, on the request.
      response.on('error', (error: NodeJS.ErrnoException) => onError(error));
    });
    exchange.sent(`GET ${path} HTTP/1.1\r\n${headerLines(headers)}\r\n`);
    request.end();
  });
}

function headerLines(headers: readonly string[]): string {
  let text = '';
  for (let index = 0; index + 1 < headers.length; index += 2) {
    text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  return text;
}
