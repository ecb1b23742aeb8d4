/** Undoes content codings (RFC 9110 §8.4) within bounds. */
import { brotliDecompress, type CompressCallback, constants, gunzip, inflate, inflateRaw } from 'node:zlib';
import { createSlots } from '../../../net/slots.ts';
import { HTTP_LIMITS } from './answer.ts';

export type DecodedBody =
  | { readonly status: 'decoded'; readonly bytes: Buffer }
  /** Would unpack beyond `HTTP_LIMITS.decodedBody`. */
  | { readonly status: 'bomb' }
  /** In the coding at first: `bytes` is what came before the fault. */
  | { readonly status: 'broken-off'; readonly bytes: Buffer; readonly why: string }
  /** Not in the coding that the header names (`corrupt`), or in one that we don't know: the bytes as received. */
  | { readonly status: 'undecoded'; readonly bytes: Buffer; readonly corrupt: boolean; readonly why: string };

/** The most codings on top of each other that are undone; ordinary servers never use more than two. */
const MAX_CODINGS = 3;
const EMPTY_BROTLI_BYTES = 4;
/** Output is produced in pieces of this size: small ones mean many calls for a decompression bomb, large ones memory for an ordinary page. */
const OUTPUT_BYTES = 65_536;
/** Bodies that are unpacked at the same time: each may need twice `HTTP_LIMITS.decodedBody` for a moment. */
const unpacking = createSlots(4);

/**
 * @param raw      as received, perhaps incomplete: the part that can be decoded is decoded
 * @param encoding value of Content-Encoding
 * @param whole    nothing is missing at its end, as far as HTTP says
 */
export async function decodeBody(
  raw: Buffer,
  encoding: string | undefined,
  whole = false,
): Promise<DecodedBody> {
  const codings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity');
  if (codings.length === 0 || raw.length === 0) return { status: 'decoded', bytes: raw };
  if (codings.length > MAX_CODINGS) {
    return { status: 'undecoded', bytes: raw, corrupt: false, why: `${codings.length} content codings` };
  }
  const release = await unpacking.acquire();
  try {
    return await undoAll(raw, codings, whole);
  } finally {
    release();
  }
}

async function undoAll(raw: Buffer, codings: readonly string[], whole: boolean): Promise<DecodedBody> {
  let bytes = raw;
  let brokenOff: string | undefined;
  // Listed in the order they were applied.
  for (const coding of codings.toReversed()) {
    const step = await undo(coding, bytes, whole);
    if (step.status === 'bomb') return step;
    if (step.status === 'undecoded') return { ...step, bytes: raw };
    if (step.status === 'broken-off') brokenOff ??= step.why;
    bytes = step.bytes;
  }
  return brokenOff === undefined
    ? { status: 'decoded', bytes }
    : { status: 'broken-off', bytes, why: brokenOff };
}

async function undo(coding: string, bytes: Buffer, whole: boolean): Promise<DecodedBody> {
  const step = stepOf(coding, bytes);
  if (step === undefined) {
    return { status: 'undecoded', bytes, corrupt: false, why: `unknown coding ${coding}` };
  }
  const all = await step(bytes, whole);
  switch (all.status) {
    case 'bomb':
      return all;
    case 'done':
      // Text that is not brotli can look like the beginning of a stream that never gives a byte; an empty stream is shorter.
      return coding === 'br' && all.bytes.length === 0 && bytes.length > EMPTY_BROTLI_BYTES
        ? { status: 'undecoded', bytes, corrupt: true, why: 'nothing decoded' }
        : { status: 'decoded', bytes: all.bytes };
    case 'failed':
      break;
    default:
      return all satisfies never;
  }
  const unfinished = all.code === 'Z_BUF_ERROR' ? await step(bytes, false) : all;
  if (unfinished.status === 'bomb') return unfinished;
  if (unfinished.status === 'done') {
    if (unfinished.bytes.length === 0) return { status: 'undecoded', bytes, corrupt: true, why: all.code };
    return (await lacksSumAlone(step, bytes))
      ? { status: 'decoded', bytes: unfinished.bytes }
      : { status: 'broken-off', bytes: unfinished.bytes, why: all.code };
  }
  const readable = await readablePart(step, bytes);
  if (readable === 'bomb') return { status: 'bomb' };
  const gzip = coding === 'gzip' || coding === 'x-gzip';
  // Browsers check neither gzip's checksum nor what follows it; they check that of deflate (test/servers/http-codings.ts).
  if (gzip && (WRONG_SUM.test(all.why) || (await endsBefore(step, bytes, readable.known))))
    return { status: 'decoded', bytes: readable.bytes };
  return readable.bytes.length === 0
    ? { status: 'undecoded', bytes, corrupt: true, why: all.code }
    : { status: 'broken-off', bytes: readable.bytes, why: all.code };
}

/** zlib's message for a stream that is complete except for a wrong checksum after it. */
const WRONG_SUM = /incorrect (?:data|length) check/;

type Inflated =
  | { readonly status: 'done'; readonly bytes: Buffer }
  | { readonly status: 'bomb' }
  | { readonly status: 'failed'; readonly code: string; readonly why: string };
/** @param finish the stream must end; else the part that is there is enough */
type Step = (bytes: Buffer, finish: boolean) => Promise<Inflated>;

const LONGEST_SUM = 8;

/** A checksum that can't be right is appended, to find out whether the stream is complete. */
async function lacksSumAlone(step: Step, bytes: Buffer): Promise<boolean> {
  const longer = await step(Buffer.concat([bytes, Buffer.alloc(LONGEST_SUM, 0x5a)]), true);
  return longer.status === 'failed' && WRONG_SUM.test(longer.why);
}

interface Readable {
  readonly bytes: Buffer;
  /** Bytes of the input that it was read from. */
  readonly known: number;
}

/** What can be read before the broken place; found by a search, since zlib gives no output for a stream that fails. */
async function readablePart(step: Step, bytes: Buffer): Promise<Readable | 'bomb'> {
  let good: Buffer = Buffer.alloc(0);
  let known = 0;
  let broken = bytes.length;
  while (broken - known > 1) {
    const middle = Math.floor((known + broken) / 2);
    const part = await step(bytes.subarray(0, middle), false);
    if (part.status === 'bomb') return 'bomb';
    if (part.status === 'done') {
      known = middle;
      good = part.bytes;
    } else broken = middle;
  }
  return { bytes: good, known };
}

/** Does the stream end before the broken place, so that what follows is not part of it? */
async function endsBefore(step: Step, bytes: Buffer, known: number): Promise<boolean> {
  // The first byte after a member is read as the beginning of another one.
  for (const end of [known, known - 1]) {
    if (end > 0 && (await step(bytes.subarray(0, end), true)).status === 'done') return true;
  }
  return false;
}

/** Undefined for a coding that we don't know. */
function stepOf(coding: string, first: Buffer): Step | undefined {
  const zlib = (finish: boolean) => ({
    chunkSize: OUTPUT_BYTES,
    maxOutputLength: HTTP_LIMITS.decodedBody,
    finishFlush: finish ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  });
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return (bytes, finish) => inflated((settle) => gunzip(bytes, zlib(finish), settle));
    case 'deflate':
      // RFC 9110 §8.4.1.2 wants the zlib wrapper; some servers send deflate without it. CM = 8 distinguishes them.
      return ((first[0] ?? 0) & 0x0f) === 8
        ? (bytes, finish) => inflated((settle) => inflate(bytes, zlib(finish), settle))
        : (bytes, finish) => inflated((settle) => inflateRaw(bytes, zlib(finish), settle));
    case 'br':
      return (bytes, finish) =>
        inflated((settle) =>
          brotliDecompress(
            bytes,
            {
              chunkSize: OUTPUT_BYTES,
              maxOutputLength: HTTP_LIMITS.decodedBody,
              finishFlush: finish ? constants.BROTLI_OPERATION_FINISH : constants.BROTLI_OPERATION_FLUSH,
            },
            settle,
          ),
        );
    default:
      return undefined;
  }
}

const inflated = (run: (settle: CompressCallback) => void): Promise<Inflated> =>
  new Promise((resolve) =>
    run((error, bytes) => {
      if (error === null) return resolve({ status: 'done', bytes });
      const code = (error as NodeJS.ErrnoException).code ?? error.name;
      resolve(
        code === 'ERR_BUFFER_TOO_LARGE' ? { status: 'bomb' } : { status: 'failed', code, why: error.message },
      );
    }),
  );
