/** Where the body of an answer ends (RFC 9112 §6.3), as Chromium decides it. */
import type { MalformedList } from './malformed.ts';
import type { StatusLine } from './status-line.ts';

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** Until the connection is closed. */
  | { readonly kind: 'close' };

/** They have no body, whatever their fields say. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

export function framingOf(
  { is11, statusCode }: StatusLine,
  rawHeaders: readonly string[],
  malformed: MalformedList,
): Framing {
  const lengths: string[] = [];
  const codings: string[] = [];
  let location: string | undefined;
  let disposition: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1] ?? '';
    switch ((rawHeaders[at] ?? '').toLowerCase()) {
      case 'content-length':
        lengths.push(value);
        break;
      case 'transfer-encoding':
        codings.push(value);
        break;
      case 'location':
        // A redirect with two targets: Chromium treats it as an injected header.
        if (location !== undefined && location !== value)
          malformed.add('locations-differ', `Location: ${value}`);
        location ??= value;
        break;
      case 'content-disposition':
        if (disposition !== undefined && disposition !== value) {
          malformed.add('dispositions-differ', `Content-Disposition: ${value}`);
        }
        disposition ??= value;
        break;
    }
  }
  const coded = codings.length > 0 && isChunked(codings, is11, malformed);
  const length = lengths.length === 0 ? undefined : lengthOf(lengths, coded, malformed);
  if (WITHOUT_BODY.has(statusCode)) return { kind: 'none' };
  if (coded) return { kind: 'chunked' };
  return length === undefined ? { kind: 'close' } : { kind: 'length', length };
}

function isChunked(codings: readonly string[], is11: boolean, malformed: MalformedList): boolean {
  const all = codings.join(', ');
  const items = all.split(',').map((item) => item.trim().toLowerCase());
  const chunked = items.includes('chunked');
  const line = `Transfer-Encoding: ${all}`;
  if (!is11) {
    // Browsers don't undo it there, and Go doesn't either: the chunk sizes are shown as text.
    if (chunked) malformed.add('chunked-in-1.0', line);
    return false;
  }
  const known = items.every((item) => item === 'chunked' || item === 'identity' || item === '');
  if (items.length !== 1 || !chunked) malformed.add('transfer-coding', line, known ? ['Go'] : ['curl', 'Go']);
  return chunked;
}

/** The length that counts; undefined when none is given that can be used, and the body continues to the end of the connection. */
function lengthOf(fields: readonly string[], coded: boolean, malformed: MalformedList): number | undefined {
  const values = fields.flatMap((field) => field.split(',')).map((value) => value.trim());
  const [first = ''] = values;
  const line = `Content-Length: ${fields.join(', ')}`;
  if (coded) malformed.add('length-and-chunked', line);
  if (values.some((value) => value !== first)) {
    malformed.add('lengths-differ', line, coded ? ['Go'] : undefined);
  } else if (values.length > 1) {
    // Go compares whole fields: the same value twice is accepted, a list in one field is not.
    malformed.add('length-repeated', line, fields.length === values.length ? undefined : ['Go']);
  }
  if (!/^\d+$/.test(first)) {
    malformed.add('length-not-a-number', line, /^\+?\d/.test(first) ? undefined : ['curl', 'Go']);
    return undefined;
  }
  const length = Number(first);
  if (Number.isSafeInteger(length)) return length;
  malformed.add('length-not-a-number', line);
  return undefined;
}
