/**
 * Markdown that contains untrusted text: nothing in it may start a link, an image, a heading, HTML, a mention or end a
 * table cell or a fence (CommonMark 0.31 §2.4, §4.5, §6.1; GFM tables and autolinks).
 */
import { visible, visibleLines } from '../words/visible.ts';

/**
 * Words that a renderer would turn into a link, a mention or an issue (mail addresses, URLs, host names, `@team`,
 * `#12`): they are shown as code, where nothing is interpreted.
 */
const LINKED = /@|:\/\/|www\.|(?:#|gh-)\d|(?:mailto|javascript|data|xmpp):|[\p{L}\p{N}-]\.\p{L}{2,}/iu;
const PUNCTUATION = /[\\`*_{}[\]#~$^]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };
/** What begins a block at the start of a line: list, heading underline, rule, definition, numbered list. */
const BLOCK_START = /^(?=[-+=:])|(?<=^\d{1,9})(?=[.)])/;

const escaped = (text: string): string =>
  text.replace(PUNCTUATION, '\\$&').replace(/[&<>|]/g, (character) => ENTITIES[character] ?? character);

/** A code span around one line of text; the fence of backticks is longer than any run inside. */
export function codeSpan(text: string): string {
  const content = visible(text);
  if (content.trim() === '') return '';
  // A pipe inside a code span ends a table cell in some renderers and keeps its backslash in others. Only the pipe
  // leaves the code: as plain text the rest could be an address that a renderer links.
  if (content.includes('|')) return content.split('|').map(codeSpan).join('&#124;');
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^[` ]|[` ]$/.test(content) ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/** One line of text, safe in a paragraph, a heading or a table cell. Addresses and URLs in it become code. */
export function inline(text: string): string {
  return visible(text)
    .trim()
    .split(/ +/)
    .map((word) => {
      if (!LINKED.test(word)) return escaped(word);
      // Punctuation around the address stays outside of the code span.
      const parts = /^([([{"'“‘<]*)(.*?)([)\]}"'”’>.,;:!?]*)$/u.exec(word);
      const [, before = '', core = word, after = ''] = parts ?? [];
      return `${escaped(before)}${codeSpan(core)}${escaped(after)}`;
    })
    .join(' ')
    .replace(BLOCK_START, '\\');
}

/** Several lines of text: each becomes a separate line. */
export const lines = (text: string): string =>
  visibleLines(text)
    .filter((line) => line.trim() !== '')
    .map(inline)
    .join('  \n');

/** A fenced block; its fence is longer than any run of backticks inside (CommonMark §4.5). */
export function fenced(text: string): string {
  const content = visibleLines(text).join('\n');
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${content}\n${fence}\n`;
}
