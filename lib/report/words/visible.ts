/**
 * The one escape for all output: text becomes safe to show. Terminals execute escape sequences, and bidirectional
 * controls (U+202A–U+202E, U+2066–U+2069) make `gpj.exe` look like `exe.jpg`, so whatever has no glyph of its own
 * is shown by its number. Formats add their own quoting (XML, CSV, Markdown, labels) on top of this.
 */
import { byNumber, escapeJson, UNSEEN } from '../../model/unseen.ts';

/** More than three combining marks on one letter cover the lines around it. */
const PILED_MARKS = /(?<=\p{M}{3})\p{M}/gu;

/** One line of text with only visible characters. A line break shows as `\x0a`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, byNumber).replace(PILED_MARKS, byNumber);
}

/** The lines of a text that may have several (a fix, a firewall rule); a tab becomes two spaces. */
export function visibleLines(text: string): string[] {
  return text
    .replace(/\s+$/, '')
    .split(/\r?\n/)
    .map((line) => visible(line.replaceAll('\t', '  ')).trimEnd());
}

/** JSON of any value that has no effect on a terminal or a browser; nothing is lost. */
export function visibleJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent));
}
