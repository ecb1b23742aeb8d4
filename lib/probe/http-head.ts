/** The first bytes of an answer, kept apart from the parser: they say what it is when it is not HTTP. */
import { HTTP_LIMITS } from './http-answer.ts';

export interface Head {
  push(chunk: Buffer): void;
  /** The first `HTTP_LIMITS.firstBytes` bytes. */
  bytes(): Buffer;
}

export function createHead(): Head {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    push(chunk) {
      if (length >= HTTP_LIMITS.firstBytes) return;
      chunks.push(chunk);
      length += chunk.length;
    },
    bytes: () => Buffer.concat(chunks).subarray(0, HTTP_LIMITS.firstBytes),
  };
}

export type HeadReading =
  | { readonly kind: 'nothing' }
  /** A status line of RFC 9112 §4, complete or with its reason phrase still under way. */
  | { readonly kind: 'status-line'; readonly httpVersion: string; readonly statusCode: number }
  /** Could still become a status line. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'other' };

const STATUS_LINE = /^HTTP\/(\d\.\d) (\d{3})(?=[ \r\n]|$)/;

export function readHead(bytes: Buffer): HeadReading {
  // RFC 9112 §2.2: empty lines before the start line are to be tolerated.
  const text = bytes.toString('latin1').replace(/^[\r\n]+/, '');
  if (text === '') return bytes.length === 0 ? { kind: 'nothing' } : { kind: 'unfinished' };
  const [, httpVersion, status] = STATUS_LINE.exec(text) ?? [];
  if (httpVersion !== undefined && status !== undefined) {
    return { kind: 'status-line', httpVersion, statusCode: Number(status) };
  }
  return text.length < 'HTTP/1.1 200'.length && 'HTTP/'.startsWith(text.slice(0, 5))
    ? { kind: 'unfinished' }
    : { kind: 'other' };
}
