/**
 * HTTP/1.1 (and 1.0) on a connected socket. The reader is our own: Node's parser refuses answers that every browser
 * shows, and keeps nothing of a body whose framing breaks later.
 */
import type { Socket } from 'node:net';
import type { StreamEnd } from '../../../model/observed.ts';
import { offDeadline, onDeadline } from '../../../net/deadline.ts';
import { deferredTimeout } from '../../../net/deferred-timeout.ts';
import { printable } from '../../../net/printable.ts';
import { type BodyEnd, HTTP_LIMITS, type HttpAnswer, type HttpAsk, headerValue, usedUp } from './answer.ts';
import { createFlow } from './flow.ts';
import { cookieNames } from './headers.ts';
import type { AnswerHead } from './http1/head.ts';
import { AnswerReader, type ReaderEnd } from './http1/reader.ts';
import { isRedirect } from './redirect.ts';

type RequestEnd = Exclude<StreamEnd, 'complete' | 'too-large'>;

/**
 * Sends one GET and reads its answer within the bounds. The socket is closed afterwards. Rejects only when
 * the run has no memory left for the head of an answer.
 *
 * @param socket connected (TLS done for https), not yet read from
 */
export function askHttp1(socket: Socket, ask: HttpAsk): Promise<HttpAnswer> {
  const { clock, exchange, deadline } = ask;

  return new Promise((resolve, reject) => {
    let head: AnswerHead | undefined;
    let firstByteAt: number | undefined;
    let sinceYield = 0;
    let done = false;
    const flow = createFlow(ask.timeoutMs);
    const reader = new AnswerReader({
      onHead: (final, malformed) => {
        head = final;
        // The page of a redirect that is followed is not needed.
        return (
          malformed.refusedBy(ask.judge) === undefined &&
          !isRedirect(final.statusCode, headerValue(final.rawHeaders, 'location'))
        );
      },
      onInterim: ({ statusCode, reason }) => exchange.received(`HTTP/1.1 ${statusCode} ${reason}`),
      bareAllowed: ask.url.port === '',
      budget: ask.budget,
      maxBody: ask.wholeBody,
    });

    /** Releases the socket; false when that was done before. */
    const letGo = (): boolean => {
      if (done) return false;
      done = true;
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      socket.removeListener('data', onData);
      socket.removeListener('end', onFin);
      socket.removeListener('error', onError);
      socket.removeListener('close', onFin);
      socket.destroy();
      return true;
    };
    const finish = (outcome: HttpAnswer['outcome'], bodyEnd?: BodyEnd, error?: Error): void => {
      if (!letGo()) return;
      // Fields are set one by one: V8 is slow with spreads, and every probe runs this.
      const answer: { -readonly [K in keyof HttpAnswer]: HttpAnswer[K] } = {
        outcome,
        rawHeaders: head?.rawHeaders ?? [],
        body: reader.body(),
      };
      if (head === undefined) {
        const status = reader.statusSoFar();
        if (status !== undefined) Object.assign(answer, status);
      } else {
        answer.httpVersion = head.httpVersion;
        answer.statusCode = head.statusCode;
        answer.reason = head.reason;
      }
      if (reader.malformed.length > 0) answer.malformed = reader.malformed;
      if (firstByteAt !== undefined) answer.firstByteMs = firstByteAt - start;
      if (bodyEnd !== undefined) answer.bodyEnd = bodyEnd;
      if (bodyEnd === 'timeout') answer.bodyFlowing = flow.flowing(clock.monotonic());
      if (error !== undefined) answer.error = error;
      if (reader.outOfBudget) {
        answer.outOfBudget = true;
        exchange.event(`no more of the body was kept: ${usedUp(ask)}`);
      }
      if (bodyEnd === undefined) reader.free();
      else answer.release = () => reader.free();
      resolve(answer);
    };

    /** The reader knows that it needs no more. */
    const enough = (ending: ReaderEnd) => {
      switch (ending.end) {
        case 'complete':
        case 'malformed':
          return finish({ status: 'answered' }, ending.end);
        case 'body-limit':
          return finish({ status: 'answered' }, 'too-large');
        case 'too-large': {
          const { what } = ending;
          return finish({ status: 'too-large', what, limit: HTTP_LIMITS[what] });
        }
        case 'no-memory':
          if (letGo()) reject(new Error(`no more of the headers was kept: ${usedUp(ask)}`));
          return reader.free();
        case 'not-http':
          return finish({ status: 'not-http', firstBytes: printable(reader.firstBytes()) });
        case 'stopped': {
          const refused = reader.malformed.find(({ refusedBy }) => refusedBy.includes(ask.judge));
          return finish(
            refused === undefined
              ? { status: 'answered' }
              : { status: 'not-http', firstBytes: printable(reader.firstBytes()) },
          );
        }
        default:
          return ending satisfies never;
      }
    };

    const end = (how: RequestEnd, error?: Error) => {
      if (done) return;
      switch (reader.over(how === 'fin')) {
        case 'complete':
          return finish({ status: 'answered' }, 'complete');
        case 'cut':
          return finish({ status: 'answered' }, how, error);
        case 'not-http':
          return finish({ status: 'not-http', firstBytes: printable(reader.firstBytes()) }, undefined, error);
        case 'no-head':
          return how === 'deadline'
            ? finish({ status: 'deadline' }, undefined, error)
            : finish({ status: 'no-response', end: how }, undefined, error);
      }
    };

    const onData = (piece: Buffer) => {
      const now = clock.monotonic();
      firstByteAt ??= now;
      flow.arrived(now);
      const ending = reader.push(piece);
      if (ending !== undefined) return enough(ending);
      sinceYield += piece.length;
      // A peer that never stops sending gets only its share of each turn.
      if (sinceYield < HTTP_LIMITS.turn) return;
      sinceYield = 0;
      socket.pause();
      setImmediate(() => {
        if (!done) socket.resume();
      });
    };
    const onFin = (): void => end('fin');
    const onError = (error: Error): void => end('reset', error);
    const onRunEnd = (): void => end('deadline');

    const start = clock.monotonic();
    const timer = setTimeout(
      deferredTimeout(end, () => socket.bytesRead),
      ask.timeoutMs,
      'timeout',
    );
    // The peer may have closed between the connect and now; Node would wait for events that have already happened.
    if (deadline.aborted) return end('deadline');
    if (socket.destroyed || socket.readableEnded) {
      return end(socket.errored === null || socket.errored === undefined ? 'fin' : 'reset');
    }
    onDeadline(deadline, onRunEnd);
    socket.on('data', onData);
    socket.on('end', onFin);
    socket.on('error', onError);
    socket.on('close', onFin);

    const text = requestText(ask);
    socket.write(text, 'latin1');
    exchange.sent(
      ask.cookies === undefined ? text : requestText({ ...ask, cookies: cookieNames(ask.cookies) }),
    );
  });
}

function requestText({ url, userAgent, codings, cookies }: HttpAsk): string {
  const coded = codings === undefined ? '' : `Accept-Encoding: ${codings}\r\n`;
  return (
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: ${userAgent}\r\n` +
    // mod_security's core rules refuse a request without Accept.
    `Accept: */*\r\n${coded}${cookies === undefined ? '' : `Cookie: ${cookies}\r\n`}Connection: close\r\n\r\n`
  );
}
