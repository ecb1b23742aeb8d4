/**
 * A reader of DER (X.690) for certificates from untrusted peers: no recursion, no copies, nothing trusted. Anything
 * other than what was asked for gives `undefined`, never an exception.
 */

/** One element: its tag byte, its content, and itself with header. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** Tag bytes that certificates use (class and constructed bit included). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Most elements read from one constructed value: a certificate with 100,000 names costs no more than this. */
const MAX_ELEMENTS = 10_000;

/** The element at `offset`; `undefined` when it is cut short, has a long tag or an indefinite length. */
export function readDer(bytes: Buffer, offset = 0): Der | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let start = offset + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4 || start + octets > bytes.length) return undefined;
    length = bytes.readUIntBE(start, octets);
    start += octets;
  }
  const end = start + length;
  if (end > bytes.length) return undefined;
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(offset, end) };
}

/** The elements of a constructed value's content, in order; `undefined` when one of them is malformed. */
export function readAll(content: Buffer): Der[] | undefined {
  const list: Der[] = [];
  for (let offset = 0; offset < content.length; ) {
    const element = readDer(content, offset);
    if (!element || list.length >= MAX_ELEMENTS) return undefined;
    list.push(element);
    offset += element.whole.length;
  }
  return list;
}

/** The elements of a SEQUENCE that `bytes` is. */
export function readSequence(bytes: Buffer | undefined): Der[] | undefined {
  const outer = bytes && readDer(bytes);
  return outer?.tag === TAG.sequence ? readAll(outer.content) : undefined;
}

/** OBJECT IDENTIFIER as dotted text; empty when malformed. Components beyond 2^53 lose digits, which no known OID has. */
export function oidText(content: Buffer): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of content.subarray(0, 64)) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length === 0) {
      const head = Math.min(2, Math.floor(value / 40));
      parts.push(head, value - head * 40);
    } else parts.push(value);
    value = 0;
  }
  return parts.join('.');
}

/** UTCTime or GeneralizedTime as ISO 8601 UTC (RFC 5280 §4.1.2.5); `undefined` for what is not a date. */
export function timeText(element: Der | undefined): string | undefined {
  if (!element) return undefined;
  const text = element.content.toString('latin1');
  const match =
    element.tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(text)
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?Z$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((n) => Number(n ?? 0));
  const century = element.tag === TAG.utcTime ? (year < 50 ? 2000 : 1900) : 0;
  const date = new Date(0);
  date.setUTCFullYear(century + year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
