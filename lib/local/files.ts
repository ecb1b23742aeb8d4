/**
 * Files in folders that others may write to. A name that another user could have created is never followed: new files are made
 * exclusively under a name that can't be guessed, and replace what exists, also a link, by a rename.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants, createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { chmod, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isShellPipe } from '../input/request/read-text.ts';

/** A partial file whose process has ended is kept this long: the process may run on another machine. */
const LEFTOVER_MS = 3_600_000;
const PARTIAL = /\.(\d{1,10})\.[0-9a-f]{24}\.partial$/;

/** A regular file, and nothing that a reader would wait for. */
export async function readRegularFile(path: string, maxBytes: number): Promise<string> {
  // Without O_NONBLOCK the open of a FIFO waits for a writer. Windows has neither FIFOs nor this flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('it is no regular file');
    if (found.size > maxBytes) throw new Error(`larger than ${Math.round(maxBytes / 1024)} kB`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Whole files that are being written, and are removed when the process ends before they are. One listener for all. */
const inProgress = new Set<string>();
let sweeping = false;

function sweepAtExit(path: string): void {
  inProgress.add(path);
  if (sweeping) return;
  sweeping = true;
  process.once('exit', () => {
    for (const one of inProgress) rmSync(one, { force: true });
  });
}

export interface Replacement {
  readonly stream: WriteStream;
  /** The file appears under its name. */
  commit(): Promise<void>;
  /** What was there stays. */
  discard(): void;
}

/**
 * Begins a file next to the one that it will replace. It keeps the mode of an existing regular file; a link is
 * replaced itself, and its target stays unchanged.
 *
 * @param newMode where there is no file yet; absent: 0666 reduced by the umask
 * @throws errors of the file system
 */
export async function replaceFile(path: string, newMode?: number): Promise<Replacement> {
  const directory = dirname(path);
  const name = basename(path);
  await removeLeftovers(directory, name);
  const mode = (await modeOf(path)) ?? newMode;
  const partial = join(directory, `.${name}.${process.pid}.${randomBytes(12).toString('hex')}.partial`);
  const stream = createWriteStream(partial, { flags: 'wx', ...(mode !== undefined && { mode }) });
  await once(stream, 'open');
  sweepAtExit(partial);
  const end = (): void => {
    rmSync(partial, { force: true });
    inProgress.delete(partial);
  };
  return {
    stream,
    async commit() {
      // The umask removed bits that the file had.
      if (mode !== undefined) await chmod(partial, mode);
      await rename(partial, path);
      inProgress.delete(partial);
    },
    discard: end,
  };
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.mode & 0o777 : undefined;
  } catch {
    return undefined;
  }
}

/** The part of the same file that a killed process left. */
async function removeLeftovers(directory: string, name: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const one of names) {
    const [, pid] = one.startsWith(`.${name}.`) ? (PARTIAL.exec(one) ?? []) : [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(directory, one);
    const age = await lstat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > LEFTOVER_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Is this a device or a pipe, which is written to and never replaced? What is in /dev and /proc (`/dev/stdout`,
 * `/dev/fd/63` of a shell) counts as one, whatever its target; a link elsewhere does not.
 */
export async function isSpecialFile(path: string): Promise<boolean> {
  if (isShellPipe(path)) return true;
  try {
    const found = await lstat(path);
    return !found.isFile() && !found.isSymbolicLink();
  } catch {
    return false;
  }
}

/** @throws errors of the file system */
export async function writeWholeFile(path: string, text: string, mode: number): Promise<void> {
  const { stream, commit, discard } = await replaceFile(path, mode);
  try {
    stream.end(text);
    await once(stream, 'close');
    await commit();
  } catch (error) {
    discard();
    throw error;
  }
}

/**
 * Why somebody else could put another file in the place of this one: its own mode, or that of its folder, as sshd looks
 * at it. Undefined where that is impossible, and on Windows, whose modes mean nothing.
 */
export async function writableByOthers(path: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (((await stat(path)).mode & 0o022) !== 0)
    return `${path}: others may write to it; fix it with chmod 600`;
  const folder = dirname(path);
  return ((await stat(folder)).mode & 0o022) !== 0
    ? `${folder}: others may write to this folder, and put files of theirs in the place of yours; fix it with chmod 700`
    : undefined;
}
