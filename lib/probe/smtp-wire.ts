import type { Socket } from 'node:net';
import type { StreamEnd } from '../model/observation.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import type { Exchange } from '../net/exchange.ts';
import type { Clock } from './probe.ts';
import { createReplyReader, type ParsedReply, REPLY_LIMITS } from './smtp-reply.ts';

/** Bytes that may wait unread by us, several replies sent at once included. More is no mail server. */
const MAX_WAITING = REPLY_LIMITS.bytes + 2 * REPLY_LIMITS.line;
/** How long to wait for the rest of a line that can't be a reply any more, ms: it is only evidence. */
const DOOMED_GRACE_MS = 300;

export type WireReply =
  | ParsedReply
  /** The stream ended first; `unfinished` is what came before that, printable, empty when nothing. */
  | {
      readonly status: 'ended';
      readonly end: Exclude<StreamEnd, 'complete' | 'too-large'>;
      readonly unfinished: string;
    };

/** The time that a whole session has, and the run's deadline, as one event. */
export interface Cutoff {
  /** Why time is up; undefined while it is not. */
  reason(): 'timeout' | 'deadline' | undefined;
  /** Milliseconds left, at least 1. */
  left(): number;
  /** Called once when time is up. One listener at a time. */
  listen(end: (() => void) | undefined): void;
  /** Must be called at the end: frees the timer. */
  clear(): void;
}

/** @param timeoutMs budget from `startedAt` (monotonic ms) on */
export function createCutoff(
  timeoutMs: number,
  startedAt: number,
  clock: Clock,
  deadline: AbortSignal,
): Cutoff {
  let reason: 'timeout' | 'deadline' | undefined = deadline.aborted ? 'deadline' : undefined;
  let listener: (() => void) | undefined;
  const end = (why: 'timeout' | 'deadline') => {
    reason ??= why;
    listener?.();
  };
  const left = () => Math.max(1, timeoutMs - (clock.monotonic() - startedAt));
  const onRunEnd = () => end('deadline');
  const timer = setTimeout(end, left(), 'timeout');
  onDeadline(deadline, onRunEnd);
  return {
    reason: () => reason,
    left,
    listen(next) {
      listener = next;
    },
    clear() {
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
    },
  };
}

/** A socket as SMTP sees it: a command out, a reply in, each noted in the exchange. */
export interface SmtpWire {
  /** Sends one command line; CR LF is added. False when the connection can't be written to any more. */
  send(command: string): boolean;
  /** Waits for one reply, for `limitMs` at most when given (it then ends with `timeout`), never beyond the cutoff. */
  reply(limitMs?: number): Promise<WireReply>;
  /** Monotonic time of the first byte from the peer. */
  firstByteAt(): number | undefined;
  longestLine(): number;
  /** Lets go of the socket for a TLS handshake; what was received and not read is thrown away and counted. */
  release(): { socket: Socket; discarded: number };
  close(): void;
}

export function openWire(socket: Socket, cutoff: Cutoff, clock: Clock, exchange: Exchange): SmtpWire {
  const reader = createReplyReader();
  let flooded = false;
  let ended: 'fin' | 'reset' | undefined;
  let firstByteAt: number | undefined;
  let resume: (() => void) | undefined;

  const onData = (chunk: Buffer) => {
    firstByteAt ??= clock.monotonic();
    reader.push(chunk);
    if (reader.waiting() > MAX_WAITING) {
      flooded = true;
      socket.pause();
    }
    resume?.();
  };
  const finish = (how: 'fin' | 'reset', text: string) => {
    if (ended !== undefined) return;
    ended = how;
    exchange.event(text);
    resume?.();
  };
  const onEnd = () => finish('fin', 'the server closed the connection');
  const onError = (error: NodeJS.ErrnoException) =>
    finish('reset', `the connection broke: ${error.code ?? error.message}`);
  const onClose = () => finish('fin', 'the connection was closed');
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('error', onError);
  socket.on('close', onClose);
  // The peer may have gone between the dial and now.
  if (socket.destroyed) onClose();
  // V8's young collector takes a closed socket for alive, and with it all that its listeners can reach: the evidence of
  // the whole session. The dial and the handshake have left a listener for late errors.
  const letGo = () => {
    resume = undefined;
    socket.removeListener('data', onData);
    socket.removeListener('end', onEnd);
    socket.removeListener('error', onError);
    socket.removeListener('close', onClose);
  };

  /** The outcome that is certain by now, if any. */
  const outcome = (): WireReply | undefined => {
    const taken = reader.take();
    if (taken !== undefined) return taken;
    if (flooded) return { status: 'too-large', what: 'bytes', limit: MAX_WAITING, text: reader.unfinished() };
    const end = ended ?? cutoff.reason();
    return end === undefined ? undefined : over(end);
  };
  const over = (end: Extract<WireReply, { status: 'ended' }>['end']): WireReply => {
    const text = reader.unfinished();
    return reader.doomed() ? { status: 'malformed', text } : { status: 'ended', end, unfinished: text };
  };

  return {
    send(command) {
      if (ended !== undefined || !socket.writable || cutoff.reason() !== undefined) return false;
      socket.write(`${command}\r\n`, 'latin1');
      exchange.sent(command);
      return true;
    },
    reply(limitMs) {
      return new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        let doomed = false;
        const done = (reply: WireReply) => {
          clearTimeout(timer);
          cutoff.listen(undefined);
          resume = undefined;
          note(reply, exchange);
          resolve(reply);
        };
        const look = () => {
          const reply = outcome();
          if (reply !== undefined) done(reply);
          else if (reader.doomed() && !doomed) {
            doomed = true;
            clearTimeout(timer);
            timer = setTimeout(() => done(over('timeout')), DOOMED_GRACE_MS);
          }
        };
        resume = look;
        cutoff.listen(look);
        if (limitMs !== undefined) timer = setTimeout(() => done(over('timeout')), limitMs);
        look();
      });
    },
    firstByteAt: () => firstByteAt,
    longestLine: reader.longestLine,
    release() {
      socket.pause();
      letGo();
      ended = 'fin';
      return { socket, discarded: reader.discard() };
    },
    close() {
      letGo();
      ended ??= 'fin';
      socket.destroy();
    },
  };
}

/** Puts a reply, or what came in its place, into the exchange as it was on the wire. */
function note(reply: WireReply, exchange: Exchange): void {
  switch (reply.status) {
    case 'reply':
      for (const line of reply.wire) exchange.received(line);
      return;
    case 'malformed':
      exchange.received(reply.text);
      return;
    case 'too-large':
      exchange.received(reply.text);
      exchange.event(
        `stopped reading: more than ${reply.limit} ${reply.what === 'lines' ? 'lines' : 'bytes'}`,
      );
      return;
    case 'ended':
      if (reply.unfinished !== '') exchange.received(reply.unfinished);
      if (reply.end === 'timeout') exchange.event('no complete reply within the time');
      if (reply.end === 'deadline') exchange.event('the run ended');
      return;
    default:
      reply satisfies never;
  }
}
