/**
 * How a page carries its data and its signature: two elements of a kind that browsers don't run. The signature covers
 * every byte of the page except its own text, so the words on the page are signed as well as the data in it.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip, gunzipSync } from 'node:zlib';
import { Signature } from '../../model/signature.ts';
import { type BoundedJson, parseBounded } from './bounded-json.ts';
import { canonicalJson, sha256 } from './canonical.ts';

const REPORT_OPEN = '<script type="application/gzip" id="report-data">';
const SIGNATURE_OPEN = '<script type="application/json" id="report-signature">';
const CLOSE = '</script>';
/** A page's data beyond this are not read: as much as a JSON report may have. */
const MAX_REPORT_BYTES = 64 * 1024 * 1024;
/** A small gzip can grow a thousand times; our data grow 20 to 60 times. */
const MAX_RATIO = 200;
/** A small page may grow more. */
const FREE_BYTES = 4 * 1024 * 1024;
/** A signature has 500. */
const MAX_SIGNATURE = 4_096;

/** The element with the report's JSON, given in pieces, as gzip in base64: a fifth of its size. */
export async function reportElement(json: Iterable<string>): Promise<string> {
  const zipped: Buffer[] = [];
  for await (const chunk of Readable.from(json).pipe(createGzip({ level: 9 }))) zipped.push(chunk as Buffer);
  return `${REPORT_OPEN}${Buffer.concat(zipped).toString('base64')}${CLOSE}`;
}

/** The place of the signature, still empty. */
export const SIGNATURE_ELEMENT = `${SIGNATURE_OPEN}${CLOSE}`;

interface Between {
  readonly start: number;
  readonly end: number;
}

/** The text of the only element that begins with this tag; undefined when there is none, or more than one. */
function textBetween(page: string, open: string): Between | undefined {
  const at = page.indexOf(open);
  if (at < 0 || page.indexOf(open, at + 1) >= 0) return undefined;
  const start = at + open.length;
  const end = page.indexOf(CLOSE, start);
  return end < 0 ? undefined : { start, end };
}

/** SHA-256, hex, of a page without the text of its signature; undefined when it has no place for one. */
export function pageDigest(page: string): string | undefined {
  const place = textBetween(page, SIGNATURE_OPEN);
  return place && sha256(page.slice(0, place.start), page.slice(place.end));
}

/** `pageDigest` of a page that is written piece by piece; the last piece has the place of the signature. */
export function createPageDigest(): { piece(text: string): void; last(text: string): string } {
  const hash = createHash('sha256');
  return {
    piece: (text) => void hash.update(text),
    last(text) {
      const place = textBetween(text, SIGNATURE_OPEN);
      if (place === undefined) throw new TypeError('the page has no place for a signature');
      return hash.update(text.slice(0, place.start)).update(text.slice(place.end)).digest('hex');
    },
  };
}

/** Puts the signature into its place, in a page or its last piece. */
export function sealPage(page: string, signature: Signature): string {
  const place = textBetween(page, SIGNATURE_OPEN);
  if (place === undefined) throw new TypeError('the page has no place for a signature');
  return page.slice(0, place.start) + canonicalJson(signature) + page.slice(place.end);
}

/** Is this one of our pages, even if it was changed since? */
export const isPage = (text: string): boolean => text.includes(REPORT_OPEN);

/** The JSON text inside a page; undefined when it can't be read, or is larger than any that we write. */
export function reportTextOf(page: string): string | undefined {
  const place = textBetween(page, REPORT_OPEN);
  if (place === undefined) return undefined;
  try {
    const zipped = Buffer.from(page.slice(place.start, place.end), 'base64');
    const maxOutputLength = Math.min(MAX_REPORT_BYTES, Math.max(FREE_BYTES, zipped.length * MAX_RATIO));
    return gunzipSync(zipped, { maxOutputLength }).toString('utf8');
  } catch {
    return undefined;
  }
}

/** The data of a page or of a JSON report, read within bounds and checked by no schema yet. */
export const reportDataOf = (file: string): BoundedJson =>
  parseBounded((isPage(file) ? reportTextOf(file) : file) ?? '');

/** `none`: the page was never signed, or its signature was taken out. `malformed`: there is something else in its place. */
export function signatureOfPage(page: string): Signature | 'none' | 'malformed' {
  const place = textBetween(page, SIGNATURE_OPEN);
  if (place === undefined) return page.includes(SIGNATURE_OPEN) ? 'malformed' : 'none';
  const text = page.slice(place.start, place.end);
  if (text === '') return 'none';
  if (text.length > MAX_SIGNATURE) return 'malformed';
  try {
    const parsed = Signature.safeParse(JSON.parse(text));
    // The text itself is not signed, so it must be exactly the text that its values give: nothing can be hidden in it.
    return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : 'malformed';
  } catch {
    return 'malformed';
  }
}
