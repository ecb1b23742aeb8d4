import type { Socket } from 'node:net';
import type { StreamEnd } from '../../../model/observed.ts';
import { roundMs } from '../../../net/clock.ts';
import { offDeadline, onDeadline } from '../../../net/deadline.ts';
import { deferredTimeout } from '../../../net/deferred-timeout.ts';
import type { Exchange } from '../../../net/exchange.ts';
import type { Clock } from '../../../net/network-access.ts';
import type { SmtpReply } from '../observation.ts';
import { createReplyReader, type ParsedReply, REPLY_LIMITS } from './reply.ts';

/** Bytes that may wait unread by us, including several replies sent together. A mail server never sends more. */
const MAX_WAITING = REPLY_LIMITS.bytes + 2 * REPLY_LIMITS.line;
/**
 * A reply in pieces of a byte or two with pauses between is meant to delay the client (spamd's stutter: a byte a
 * second); so many of them, over so many ms, prove it.
 */
const STUTTER = { bytes: 2, pieces: 6, ms: 2_000 } as const;
/** How long to wait for the rest of a line that can no longer be a reply, ms: it is only evidence. */
const DOOMED_GRACE_MS = 300;

export type WireReply =
  | ParsedReply
  /** The peer sends its reply byte by byte, on purpose; `text` is what came so far, printable. */
  | { readonly status: 'stutter'; readonly bytes: number; readonly ms: number; readonly text: string }
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
  const timer = setTimeout(deferredTimeout(end), left(), 'timeout');
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

/** A socket for SMTP: a command out, a reply in, each noted in the exchange. */
export interface SmtpWire {
  /** Sends one command line; CR LF is added. False when the connection can no longer be written to. */
  send(command: string): boolean;
  /** Waits for one reply, for `limitMs` at most when given (it then ends with `timeout`), never beyond the cutoff. */
  reply(limitMs?: number): Promise<WireReply>;
  /**
   * A reply that came without a command, waited for at most `limitMs`. 421 does not count: a server may say at any time
   * that it closes (RFC 5321 §3.8), and the next `reply` gives it.
   */
  unasked(limitMs: number): Promise<SmtpReply | undefined>;
  /** Monotonic time of the first byte from the peer. */
  firstByteAt(): number | undefined;
  longestLine(): number;
  /** Hands over the socket for a TLS handshake; what was received and not read is discarded and counted. */
  release(): { socket: Socket; discarded: number };
  close(): void;
}

export function openWire(socket: Socket, cutoff: Cutoff, clock: Clock, exchange: Exchange): SmtpWire {
  const reader = createReplyReader();
  let flooded = false;
  let ended: 'fin' | 'reset' | undefined;
  let firstByteAt: number | undefined;
  let resume: (() => void) | undefined;
  /** A reply that was taken and not given out yet. */
  let pending: ParsedReply | undefined;
  /** Pieces of a byte or two since the last reply or bigger piece. */
  let pieces = 0;
  let piecesSince = 0;
  let lastPieceAt = 0;

  const onData = (chunk: Buffer) => {
    const now = clock.monotonic();
    firstByteAt ??= now;
    if (chunk.length > STUTTER.bytes) pieces = 0;
    else {
      if (pieces === 0) piecesSince = now;
      pieces += 1;
      lastPieceAt = now;
    }
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
  // The peer may have closed between the dial and now.
  if (socket.destroyed) onClose();
  // V8's collector of young objects keeps a closed socket, and with it all that its listeners can reach: the evidence of
  // the whole session. The dial and the handshake have left a listener for late errors.
  const letGo = () => {
    resume = undefined;
    socket.removeListener('data', onData);
    socket.removeListener('end', onEnd);
    socket.removeListener('error', onError);
    socket.removeListener('close', onClose);
  };

  /** The outcome that is already certain, if any. */
  const outcome = (): WireReply | undefined => {
    const taken = pending ?? reader.take();
    pending = undefined;
    if (taken !== undefined) {
      pieces = 0;
      return taken;
    }
    if (stutters(STUTTER.pieces)) return stutter();
    if (flooded) return { status: 'too-large', what: 'bytes', limit: MAX_WAITING, text: reader.unfinished() };
    const end = ended ?? cutoff.reason();
    return end === undefined ? undefined : over(end);
  };
  // Until the code is complete it may be any slow peer.
  const stutters = (least: number) =>
    pieces >= least && lastPieceAt - piecesSince >= STUTTER.ms && /^[2-5]\d\d[ -]/.test(reader.unfinished());
  const stutter = (): WireReply => ({
    status: 'stutter',
    bytes: reader.waiting(),
    ms: roundMs(lastPieceAt - piecesSince),
    text: reader.unfinished(),
  });
  const over = (end: Extract<WireReply, { status: 'ended' }>['end']): WireReply => {
    const text = reader.unfinished();
    // Two pieces in the whole time prove the same.
    if (end === 'timeout' && stutters(2)) return stutter();
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
        let settled = false;
        const done = (reply: WireReply) => {
          if (settled) return;
          settled = true;
          clearTimeout(timer);
          cutoff.listen(undefined);
          resume = undefined;
          note(reply, exchange);
          resolve(reply);
        };
        const giveUp = deferredTimeout(
          () => done(over('timeout')),
          () => socket.bytesRead,
        );
        const look = () => {
          const reply = outcome();
          if (reply !== undefined) done(reply);
          else if (reader.doomed() && !doomed) {
            doomed = true;
            clearTimeout(timer);
            timer = setTimeout(giveUp, DOOMED_GRACE_MS);
          }
        };
        resume = look;
        cutoff.listen(look);
        if (limitMs !== undefined) timer = setTimeout(giveUp, limitMs);
        look();
      });
    },
    unasked(limitMs) {
      return new Promise((resolve) => {
        let settled = false;
        const done = () => {
          if (settled) return;
          settled = true;
          clearTimeout(timer);
          cutoff.listen(undefined);
          resume = undefined;
          if (pending?.status !== 'reply' || pending.reply.code === 421) return resolve(undefined);
          const { reply } = pending;
          note(pending, exchange);
          pending = undefined;
          resolve(reply);
        };
        const giveUp = deferredTimeout(done, () => socket.bytesRead);
        const timer = limitMs === 0 ? undefined : setTimeout(giveUp, limitMs);
        const look = () => {
          pending ??= reader.take();
          if (pending !== undefined || ended !== undefined || cutoff.reason() !== undefined || limitMs === 0)
            done();
        };
        resume = look;
        cutoff.listen(look);
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

/** Puts a reply, or what came in its place, into the exchange as it was received. */
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
    case 'stutter':
      exchange.received(reply.text);
      exchange.event(`left: ${reply.bytes} bytes in ${reply.ms} ms, one by one`);
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
