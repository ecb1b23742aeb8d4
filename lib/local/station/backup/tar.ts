/** Files in a tar file, in the form of POSIX (ustar), which every tar reads. */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

const BLOCK = 512;
const PIECE = 1_048_576;
const EMPTY = Buffer.alloc(BLOCK);
/** A size has eleven octal digits; a longer one is written in base 256, as GNU and BSD do. */
const MOST_OCTAL = 8 ** 11 - 1;

export interface TarWriter {
  add(name: string, bytes: Buffer, mtimeMs: number): Promise<void>;
  /** As many bytes as the file has when it is opened. Rejects with errors of the file system, also where it shrank. */
  addFile(name: string, path: string): Promise<void>;
  /** SHA-256, hex, of all that was written so far. */
  digest(): string;
  end(): Promise<void>;
}

export interface TarEntry {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** SHA-256, hex, of all that stands before it in the file. */
  readonly before: string;
  /** Calls back with its bytes, piece by piece. To be called once, before the next entry is asked for. */
  read(take: (bytes: Buffer) => Promise<void> | void): Promise<void>;
}

/** @param into where it is to be written, from the beginning */
export function tarWriter(into: FileHandle): TarWriter {
  const hash = createHash('sha256');
  const write = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    // From where the last one ended, and all of it.
    await into.writeFile(bytes);
  };
  const pad = (size: number): Promise<void> =>
    size % BLOCK === 0 ? Promise.resolve() : write(Buffer.alloc(BLOCK - (size % BLOCK)));
  return {
    async add(name, bytes, mtimeMs) {
      await write(headerOf(name, bytes.length, mtimeMs));
      await write(bytes);
      await pad(bytes.length);
    },
    async addFile(name, path) {
      const file = await open(path, 'r');
      try {
        const { size, mtimeMs } = await file.stat();
        await write(headerOf(name, size, mtimeMs));
        for (let at = 0; at < size; ) {
          const piece = Buffer.alloc(Math.min(PIECE, size - at));
          await readWhole(file, piece, at);
          await write(piece);
          at += piece.length;
        }
        await pad(size);
      } finally {
        await file.close();
      }
    },
    digest: () => hash.copy().digest('hex'),
    async end() {
      await write(EMPTY);
      await write(EMPTY);
    },
  };
}

/** Regular files alone, in their order. @throws `Error` with a clause for people where it is no such file */
export async function* readTar(file: FileHandle): AsyncGenerator<TarEntry> {
  const hash = createHash('sha256');
  const head = Buffer.alloc(BLOCK);
  for (let at = 0; ; ) {
    await readWhole(file, head, at);
    if (head.equals(EMPTY)) return;
    const { name, size, mtimeMs } = readHeader(head);
    const before = hash.copy().digest('hex');
    hash.update(head);
    at += BLOCK;
    yield { name, size, mtimeMs, before, read: (take) => readPieces(file, at, size, hash, take) };
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

async function readPieces(
  file: FileHandle,
  from: number,
  size: number,
  hash: Hash,
  take: (bytes: Buffer) => Promise<void> | void,
): Promise<void> {
  const padded = Math.ceil(size / BLOCK) * BLOCK;
  for (let done = 0; done < padded; ) {
    const piece = Buffer.alloc(Math.min(PIECE, padded - done));
    await readWhole(file, piece, from + done);
    hash.update(piece);
    if (done < size) await take(piece.subarray(0, size - done));
    done += piece.length;
  }
}

async function readWhole(file: FileHandle, into: Buffer, at: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, at + done);
    if (bytesRead === 0) throw new Error('it ends too early');
    done += bytesRead;
  }
}

function headerOf(name: string, size: number, mtimeMs: number): Buffer {
  const head = Buffer.alloc(BLOCK);
  const [prefix, rest] = splitName(name);
  head.write(rest, 0, 'latin1');
  head.write('0000600\0', 100, 'latin1');
  head.write('0000000\0', 108, 'latin1');
  head.write('0000000\0', 116, 'latin1');
  if (size <= MOST_OCTAL) head.write(octal(size), 124, 'latin1');
  else {
    head.writeUInt8(0x80, 124);
    head.writeBigUInt64BE(BigInt(size), 128);
  }
  head.write(octal(Math.max(0, Math.floor(mtimeMs / 1_000))), 136, 'latin1');
  head.write('0', 156, 'latin1');
  head.write('ustar\u000000', 257, 'latin1');
  head.write(prefix, 345, 'latin1');
  head.write(`${sumOf(head).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

/** A name has 100 bytes, and the folders before it 155. */
function splitName(name: string): readonly [string, string] {
  if (name.length <= 100) return ['', name];
  const at = name.indexOf('/', name.length - 101);
  if (at < 1 || at > 155) throw new Error(`the name ${name} is too long for a tar file`);
  return [name.slice(0, at), name.slice(at + 1)];
}

/** Of all bytes, where those of the sum itself count as spaces. */
function sumOf(head: Buffer): number {
  return head.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function readHeader(head: Buffer): {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
} {
  const text = (from: number, length: number): string => {
    const field = head.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.toString('latin1', 0, end === -1 ? length : end);
  };
  const number = (from: number, length: number): number =>
    Number.parseInt(text(from, length).trim() || '0', 8);
  if (number(148, 8) !== sumOf(head)) throw new Error('it is no tar file, or damaged');
  if (!['0', ''].includes(text(156, 1))) throw new Error('it holds something else than files');
  const size = head.readUInt8(124) === 0x80 ? Number(head.readBigUInt64BE(128)) : number(124, 12);
  const prefix = text(345, 155);
  return {
    name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    size,
    mtimeMs: number(136, 12) * 1_000,
  };
}
