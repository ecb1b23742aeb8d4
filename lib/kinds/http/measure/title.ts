/** Characters of a page that are searched for a title; titles further down are rare. */
const SCANNED = 64 * 1024;
/** Longest title that is read, as the page has it. */
const MAX_MARKUP = 4_000;

/**
 * Content of the first title element as the page has it, character references and all, with white space collapsed;
 * undefined when there is none or it is empty. One pass over a bounded prefix: no HTML can make it slow.
 */
export function rawTitle(html: string): string | undefined {
  const scanned = html.slice(0, SCANNED);
  const open = /<title(?=[\s>/])/i.exec(scanned);
  if (open === null) return undefined;
  const start = scanned.indexOf('>', open.index) + 1;
  if (start === 0) return undefined;
  // The element is escapable raw text: only its end tag ends it (HTML, "RCDATA state").
  const rest = scanned.slice(start, start + MAX_MARKUP);
  const close = rest.search(/<\/title/i);
  const text = (close < 0 ? rest : rest.slice(0, close)).replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}
