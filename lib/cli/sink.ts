import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { quote } from '../request/quote.ts';
import { fileReason } from '../request/read-text.ts';

/** A place that a report is written to, piece by piece. */
export interface Sink {
  /** Resolves when more may be written: a slow reader holds the run back instead of filling memory. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Ends the report. Gives the fault that lost it, in words, if there was one. */
  close(): Promise<string | undefined>;
  /** Gives the report up; a file that was there before stays as it is. */
  discard(): Promise<void>;
  /** Nobody reads any more (EPIPE), or the disk is full: what is written goes nowhere. */
  readonly broken: boolean;
}

/** Standard output. It is never closed: what comes after the report may use it, too. */
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
 * A file, made with its directory. A regular file appears at once when the report is complete (written beside it and
 * renamed), so that whoever collects it never reads half of one.
 */
export async function openFileSink(path: string): Promise<ParseResult<Sink>> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const isSpecial = await isSpecialFile(path);
    const target = isSpecial ? path : await resolveLinks(path);
    const partial = isSpecial ? target : join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
    const stream = createWriteStream(partial, { flags: 'w' });
    await once(stream, 'open');
    return parsed(fileSink(stream, isSpecial ? undefined : { partial, target }, path));
  } catch (error) {
    return inputError(`--output ${quote(path)} can't be written: ${fileReason(error)}`);
  }
}

function fileSink(
  stream: Writable,
  renaming: { partial: string; target: string } | undefined,
  path: string,
): Sink {
  let fault: unknown;
  stream.on('error', (error) => {
    fault ??= error;
  });
  // Even a process that is ended in the middle leaves no half of a report behind.
  const sweep = (): void => {
    if (renaming) rmSync(renaming.partial, { force: true });
  };
  process.once('exit', sweep);
  return {
    write: createWriter(stream, () => fault !== undefined),
    async close() {
      try {
        if (fault === undefined) {
          stream.end();
          await once(stream, 'close');
        }
        if (fault !== undefined) throw fault;
        if (renaming) await rename(renaming.partial, renaming.target);
        return undefined;
      } catch (error) {
        sweep();
        return `${quote(path)} could not be written: ${fileReason(error)}`;
      }
    },
    discard: async () => {
      stream.destroy();
      sweep();
    },
    get broken() {
      return fault !== undefined;
    },
  };
}

/** Writes and waits while the stream is full; however many wait, they listen once. */
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

async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

/** A device or a pipe, as /dev/stdout, is written to and never renamed over. */
async function isSpecialFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch {
    return false;
  }
}
