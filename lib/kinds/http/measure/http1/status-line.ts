/** The first line of an answer, read as Chromium reads it (net/http/http_stream_parser.cc, http_response_headers.cc). */
import type { MalformedList } from './malformed.ts';

/** How many bytes may come before "HTTP": some servers send a line end too much after an answer without body. */
const SLOP = 4;
const PREFIX = 'http';

export type Start =
  /** Could still become a status line. */
  | { readonly kind: 'unfinished' }
  /** A status line begins at `at`. */
  | { readonly kind: 'status-line'; readonly at: number }
  /** SHOUTcast and old Icecast: `ICY 200 OK` in place of the status line. */
  | { readonly kind: 'icy' }
  | { readonly kind: 'other' };

/** @param over no more bytes will come */
export function startOf(bytes: Buffer, over: boolean): Start {
  const text = bytes.toString('latin1', 0, SLOP + PREFIX.length).toLowerCase();
  const at = text.indexOf(PREFIX);
  if (at >= 0) return { kind: 'status-line', at };
  if (text.startsWith('icy ')) return { kind: 'icy' };
  if (text.length < SLOP + PREFIX.length && (!over || PREFIX.startsWith(text))) return { kind: 'unfinished' };
  return { kind: 'other' };
}

export interface StatusLine {
  /** `1.1`, `1.0`. */
  readonly httpVersion: string;
  /** Chunks and the rest of HTTP/1.1 count; else the answer is one of HTTP/1.0. */
  readonly is11: boolean;
  readonly statusCode: number;
  readonly reason: string;
}

const WELL_FORMED = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/s;

/** @param line without its line end, as Latin-1 text, from "HTTP" on */
export function readStatusLine(line: string, malformed: MalformedList): StatusLine {
  const usual = WELL_FORMED.exec(line);
  if (usual !== null) {
    const [, minor = '1', code = '0', reason = ''] = usual;
    const spaces = reason.startsWith(' ') ? undefined : reason;
    return {
      httpVersion: `1.${minor}`,
      is11: minor === '1',
      statusCode: Number(code),
      reason: spaces ?? reason.trim(),
    };
  }
  const [, version, major = '', minor = ''] = /^[a-z]{4}(\/(\d)[^. ]*\.(\d))?/i.exec(line) ?? [];
  const proto = line.split(' ', 1)[0] ?? '';
  if (!/^HTTP\/1\.[01]$/.test(proto)) {
    malformed.add('version', line, [
      // curl accepts 1.0, 1.1, 2 and 2.0, in upper or lower case; Go requires HTTP/digit.digit.
      ...(/^HTTP\/(?:1\.[01]|2(?:\.0)?)$/i.test(proto) ? [] : (['curl'] as const)),
      ...(/^HTTP\/\d\.\d$/.test(proto) ? [] : (['Go'] as const)),
    ]);
  }
  const [, spaces = '', code, rest = ''] = /^[^ ]*( +)(\d+)(.*)$/s.exec(line) ?? [];
  if (code === undefined) malformed.add('status-code', line);
  else if (code.length !== 3) malformed.add('status-code', line);
  // Go reads the text up to the next space as the code, curl reads the digits.
  else if (rest !== '' && !rest.startsWith(' ')) malformed.add('status-code', line, ['Go']);
  else if (spaces.length > 1) malformed.add('status-line-spaces', line);
  const is11 = version !== undefined && Number(`${major}.${minor}`) >= 1.1;
  return {
    httpVersion: version === undefined ? '1.0' : `${major}.${minor}`,
    is11,
    // Chromium assumes 200 where there is no number.
    statusCode: code === undefined ? 200 : Math.min(Number(code), 99_999),
    reason: rest.trim(),
  };
}

/** What is known of a status line that may be cut short; undefined when it is not one, or too short to have a code. */
export function statusSoFar(bytes: Buffer): Pick<StatusLine, 'httpVersion' | 'statusCode'> | undefined {
  const [, httpVersion, code] =
    /^.{0,4}HTTP\/(\d\.\d) (\d{3})(?=[ \r\n]|$)/s.exec(bytes.toString('latin1', 0, 24)) ?? [];
  return httpVersion === undefined ? undefined : { httpVersion, statusCode: Number(code) };
}
