import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { quote } from '../../input/request/quote.ts';
import { writeReason } from '../../input/request/read-text.ts';
import { isSpecialFile, type Replacement, replaceFile } from '../../local/files.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';

/** A place that a report is written to, piece by piece. */
export interface Sink {
  /** Resolves when more may be written: a slow reader slows the run down instead of filling memory. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Ends the report. Returns, in words, the fault that lost it, if there was one. */
  close(): Promise<string | undefined>;
  /** Discards the report; a file that existed before stays unchanged. */
  discard(): Promise<void>;
  /** The reader has closed the pipe (EPIPE), or the disk is full: what is written is lost. */
  readonly broken: boolean;
}

/** Standard output. It is never closed: output after the report may use it, too. */
export function streamSink(stream: Writable, onBroken: () => void): Sink {
  let broken = false;
  stream.on('error', () => {
    broken = true;
    onBroken();
  });
  return {
    write: createWriter(stream, () => broken),
    close: async () => {
      if (!broken) await new Promise<void>((resolve) => stream.write('', () => resolve()));
      return undefined;
    },
    discard: async () => undefined,
    get broken() {
      return broken;
    },
  };
}

/**
 * A file, made with its directory. A regular file appears in one step when the report is complete (written next to it and
 * renamed), so that other programs never read half of one.
 */
export async function openFileSink(path: string): Promise<ParseResult<Sink>> {
  try {
    await mkdir(dirname(path), { recursive: true });
    if (!(await isSpecialFile(path))) {
      const replacement = await replaceFile(path);
      return parsed(fileSink(replacement.stream, replacement, path));
    }
    const stream = createWriteStream(path, { flags: 'w' });
    await once(stream, 'open');
    return parsed(fileSink(stream, undefined, path));
  } catch (error) {
    return inputError(`--output ${quote(path)} can't be written: ${writeReason(error)}`);
  }
}

function fileSink(
  stream: Writable,
  replacement: Pick<Replacement, 'commit' | 'discard'> | undefined,
  path: string,
): Sink {
  let fault: unknown;
  stream.on('error', (error) => {
    fault ??= error;
  });
  return {
    write: createWriter(stream, () => fault !== undefined),
    async close() {
      try {
        if (fault === undefined) {
          stream.end();
          await once(stream, 'close');
        }
        if (fault !== undefined) throw fault;
        await replacement?.commit();
        return undefined;
      } catch (error) {
        replacement?.discard();
        return `${quote(path)} could not be written: ${writeReason(error)}`;
      }
    },
    discard: async () => {
      stream.destroy();
      replacement?.discard();
    },
    get broken() {
      return fault !== undefined;
    },
  };
}

/** Writes and waits while the stream is full; many waiting calls share one listener. */
function createWriter(stream: Writable, isBroken: () => boolean): Sink['write'] {
  let draining: Promise<void> | undefined;
  return async (piece) => {
    if (piece.length === 0 || isBroken()) return;
    if (stream.write(piece)) return;
    draining ??= new Promise((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'close', 'error']) stream.off(event, done);
        draining = undefined;
        resolve();
      };
      for (const event of ['drain', 'close', 'error']) stream.on(event, done);
    });
    await draining;
  };
}
