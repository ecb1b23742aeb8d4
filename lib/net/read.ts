import type { Socket } from 'node:net';
import type { StreamEnd } from '../model/observation.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { afterReading } from './late.ts';

export interface ReadOptions {
  readonly timeoutMs: number;
  /** Longest result; more from the peer ends reading with `too-large`. */
  readonly maxBytes: number;
  readonly deadline: AbortSignal;
  /** Told all bytes so far at each arrival: true ends reading with `complete`. Absent: any byte is enough. */
  readonly enough?: (bytes: Buffer) => boolean;
}

export interface ReadOutcome {
  readonly end: StreamEnd;
  /** What came, `maxBytes` at most. */
  readonly bytes: Buffer;
}

const NOTHING = Buffer.alloc(0);

/**
 * Reads from a connected socket until there is enough, the peer ends, or a bound is reached. Never rejects. The socket
 * is paused afterwards and may be read again; closing it is the caller's work.
 */
export function readBytes(socket: Socket, options: ReadOptions): Promise<ReadOutcome> {
  const { timeoutMs, maxBytes, deadline, enough } = options;
  return new Promise((resolve) => {
    let bytes: Buffer = NOTHING;
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
      resolve({ end, bytes });
    };
    const onData = (chunk: Buffer): void => {
      const all = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const tooLarge = all.length > maxBytes;
      bytes = tooLarge ? all.subarray(0, maxBytes) : all;
      if (enough === undefined || enough(bytes)) finish('complete');
      else if (tooLarge) finish('too-large');
    };
    const onFin = (): void => finish('fin');
    const onError = (): void => finish('reset');
    const onRunEnd = (): void => finish('deadline');
    const timer = setTimeout(afterReading(finish), Math.max(0, timeoutMs), 'timeout');

    if (deadline.aborted) return finish('deadline');
    // The peer may have gone between the caller's last await and now.
    if (socket.destroyed) return finish(socket.errored === null ? 'fin' : 'reset');
    if (socket.readableEnded) return finish('fin');
    onDeadline(deadline, onRunEnd);
    socket.on('data', onData);
    socket.on('end', onFin);
    socket.on('error', onError);
    // A fresh socket starts to flow with its first data listener; one that was read before is paused.
    if (socket.isPaused()) socket.resume();
  });
}
