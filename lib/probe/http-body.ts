/** Undoes content codings (RFC 9110 §8.4) within bounds. */
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from 'node:zlib';
import { HTTP_LIMITS } from './http-answer.ts';

export type DecodedBody =
  | { readonly status: 'decoded'; readonly bytes: Buffer }
  /** Would unpack beyond `HTTP_LIMITS.decodedBody`. */
  | { readonly status: 'bomb' }
  /** Not in the coding that the header names (`corrupt`), or in one that we don't know: the bytes as they came. */
  | { readonly status: 'undecoded'; readonly bytes: Buffer; readonly corrupt: boolean; readonly why: string };

/** Codings on top of each other that are undone at most; more than two are never seen from honest servers. */
const MAX_CODINGS = 3;

/**
 * @param raw      as on the wire, perhaps cut short: what can be decoded of it is
 * @param encoding value of Content-Encoding
 */
export async function decodeBody(raw: Buffer, encoding: string | undefined): Promise<DecodedBody> {
  const codings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity');
  if (codings.length === 0 || raw.length === 0) return { status: 'decoded', bytes: raw };
  if (codings.length > MAX_CODINGS) {
    return { status: 'undecoded', bytes: raw, corrupt: false, why: `${codings.length} content codings` };
  }
  let bytes = raw;
  // Listed in the order they were applied.
  for (const coding of codings.reverse()) {
    const step = await undo(coding, bytes);
    if (step.status !== 'decoded') return step.status === 'bomb' ? step : { ...step, bytes: raw };
    bytes = step.bytes;
  }
  return { status: 'decoded', bytes };
}

function undo(coding: string, bytes: Buffer): Promise<DecodedBody> {
  return new Promise((resolve) => {
    const settle = (error: Error | null, decoded: Buffer) => {
      if (error === null) return resolve({ status: 'decoded', bytes: decoded });
      const code = (error as NodeJS.ErrnoException).code ?? error.name;
      resolve(
        code === 'ERR_BUFFER_TOO_LARGE'
          ? { status: 'bomb' }
          : { status: 'undecoded', bytes, corrupt: true, why: code },
      );
    };
    // Flushing at the end instead of finishing lets a body that was cut short give what it has.
    const zlib = { maxOutputLength: HTTP_LIMITS.decodedBody, finishFlush: constants.Z_SYNC_FLUSH };
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        return gunzip(bytes, zlib, settle);
      case 'deflate':
        // RFC 9110 §8.4.1.2 wants the zlib wrapper; some servers send bare deflate. CM = 8 tells them apart.
        return ((bytes[0] ?? 0) & 0x0f) === 8
          ? inflate(bytes, zlib, settle)
          : inflateRaw(bytes, zlib, settle);
      case 'br':
        return brotliDecompress(
          bytes,
          { maxOutputLength: HTTP_LIMITS.decodedBody, finishFlush: constants.BROTLI_OPERATION_FLUSH },
          settle,
        );
      default:
        return resolve({ status: 'undecoded', bytes, corrupt: false, why: `unknown coding ${coding}` });
    }
  });
}
