import type { Socket } from 'node:net';
import type { StreamEnd } from '../model/observed.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { deferredTimeout } from './deferred-timeout.ts';

export interface ReadOptions {
  readonly timeoutMs: number;
  /** Longest result; more from the peer ends reading with `too-large`. */
  readonly maxBytes: number;
  readonly deadline: AbortSignal;
  /** Called with all bytes so far whenever some arrive: true ends reading with `complete`. Absent: any byte is enough. */
  readonly enough?: (bytes: Buffer) => boolean;
}

export interface ReadOutcome {
  readonly end: StreamEnd;
  /** What was received, `maxBytes` at most. */
  readonly bytes: Buffer;
}

/**
 * Reads from a connected socket until there is enough, the peer ends, or a bound is reached. Never rejects. The socket
 * is paused afterwards and may be read again; the caller closes it.
 */
export function readBytes(socket: Socket, options: ReadOptions): Promise<ReadOutcome> {
  const { timeoutMs, maxBytes, deadline, enough } = options;
  return new Promise((resolve) => {
    const kept = new BoundedBytes(maxBytes);
    let done = false;

    const finish = (end: StreamEnd): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      socket.removeListener('data', onData);
      socket.removeListener('end', onFin);
      socket.removeListener('error', onError);
      socket.pause();
      resolve({ end, bytes: kept.bytes() });
    };
    const onData = (chunk: Buffer): void => {
      const fits = kept.push(chunk);
      if (enough === undefined || enough(kept.bytes())) finish('complete');
      else if (!fits) finish('too-large');
    };
    const onFin = (): void => finish('fin');
    const onError = (): void => finish('reset');
    const onRunEnd = (): void => finish('deadline');
    const timer = setTimeout(
      deferredTimeout(finish, () => socket.bytesRead),
      Math.max(0, timeoutMs),
      'timeout',
    );

    if (deadline.aborted) return finish('deadline');
    // The peer may have closed between the caller's last await and now.
    if (socket.destroyed) return finish(socket.errored === null ? 'fin' : 'reset');
    if (socket.readableEnded) return finish('fin');
    onDeadline(deadline, onRunEnd);
    socket.on('data', onData);
    socket.on('end', onFin);
    socket.on('error', onError);
    // A new socket starts to flow with its first data listener; one that was read before is paused.
    if (socket.isPaused()) socket.resume();
  });
}
