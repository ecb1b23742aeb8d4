/**
 * How a page carries its data and its signature: two elements of a kind that browsers don't run. The signature goes
 * over every byte of the page but its own text, so the words on the page are signed as well as the data in it.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { Signature } from '../model/signature.ts';
import { canonicalJson, sha256 } from './canonical.ts';

const REPORT_OPEN = '<script type="application/gzip" id="report-data">';
const SIGNATURE_OPEN = '<script type="application/json" id="report-signature">';
const CLOSE = '</script>';
/** A page's data beyond this are not read: a small gzip can unfold without end. */
const MAX_REPORT_BYTES = 256 * 1024 * 1024;

/** The element with the report's canonical JSON, as gzip in base64: a fifth of its size. */
export const reportElement = (canonical: string): string =>
  `${REPORT_OPEN}${gzipSync(canonical, { level: 9 }).toString('base64')}${CLOSE}`;

/** The place of the signature, still empty. */
export const SIGNATURE_ELEMENT = `${SIGNATURE_OPEN}${CLOSE}`;

interface Between {
  readonly start: number;
  readonly end: number;
}

/** The text of the only element that opens so; undefined when there is none, or more than one. */
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
  return place && sha256(page.slice(0, place.start) + page.slice(place.end));
}

/** Puts the signature into its place. */
export function sealPage(page: string, signature: Signature): string {
  const place = textBetween(page, SIGNATURE_OPEN);
  if (place === undefined) throw new TypeError('the page has no place for a signature');
  return page.slice(0, place.start) + canonicalJson(signature) + page.slice(place.end);
}

/** Is this one of our pages, whatever has been done to it since? */
export const isPage = (text: string): boolean => text.includes(REPORT_OPEN);

/** The JSON text inside a page; undefined when it can't be read. */
export function reportTextOf(page: string): string | undefined {
  const place = textBetween(page, REPORT_OPEN);
  if (place === undefined) return undefined;
  try {
    const zipped = Buffer.from(page.slice(place.start, place.end), 'base64');
    return gunzipSync(zipped, { maxOutputLength: MAX_REPORT_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

/** `none`: the page was never signed, or its signature was taken out. `malformed`: there is something else in its place. */
export function signatureOfPage(page: string): Signature | 'none' | 'malformed' {
  const place = textBetween(page, SIGNATURE_OPEN);
  if (place === undefined) return page.includes(SIGNATURE_OPEN) ? 'malformed' : 'none';
  const text = page.slice(place.start, place.end);
  if (text === '') return 'none';
  try {
    const parsed = Signature.safeParse(JSON.parse(text));
    // The text itself is not signed, so it must be the very text that its values give: nothing can hide in it.
    return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : 'malformed';
  } catch {
    return 'malformed';
  }
}
