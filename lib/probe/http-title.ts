import { decodeEntities } from './html-entities.ts';

/** Characters of a page that are looked through; a title further down is none that a browser's user would miss. */
const SCANNED = 64 * 1024;
/** Longest markup of a title that is read, before entities are decoded. */
const MAX_MARKUP = 4_000;

/**
 * Text of the first title element, entities decoded, white space collapsed; undefined when there is none or it is
 * empty. One pass over a bounded prefix: no HTML can make it slow.
 */
export function pageTitle(html: string): string | undefined {
  const scanned = html.slice(0, SCANNED);
  const open = /<title(?=[\s>/])/i.exec(scanned);
  if (open === null) return undefined;
  const start = scanned.indexOf('>', open.index) + 1;
  if (start === 0) return undefined;
  // The element is escapable raw text: only its end tag ends it (HTML, "RCDATA state").
  const rest = scanned.slice(start, start + MAX_MARKUP);
  const close = rest.search(/<\/title/i);
  const text = decodeEntities(close < 0 ? rest : rest.slice(0, close))
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text;
}
