/** Lays text out in terminal columns; East Asian and emoji characters count as two columns. */
import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { EndpointReport } from '../../engine/report-schema.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import { VERDICT_SYMBOL, VERDICT_WORD, verdictWord } from '../words/terms.ts';

type Paint = (text: string) => string;

export interface LayoutOptions {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
}

export interface Layout {
  /** Columns used: longer lines than 110 are hard to read, shorter than 32 can't be filled sensibly. */
  readonly width: number;
  /** Columns before the text of an endpoint. */
  readonly indent: number;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly of: { readonly [V in Verdict]: Paint };
}

export function createLayout(options: LayoutOptions): Layout {
  const colors = createColors(options.color);
  const width = Math.max(32, Math.min(110, options.width));
  return {
    width,
    indent: width < 70 ? 4 : 10,
    bold: colors.bold,
    dim: colors.dim,
    of: { pass: colors.green, warn: colors.yellow, fail: colors.red, inconclusive: colors.magenta },
  };
}

/** Adds one of our colours; other text contains no escape sequences any more. */
const COLOR = /\u001b\[\d+m/g;

const ONE_COLUMN_EACH = /^[\x20-\x7e✓✗…·→←’“”]*$/;

/** Columns that a text takes, colours aside. Most text is plain, which needs no table of widths. */
export function columns(text: string): number {
  const plain = text.includes('\u001b') ? text.replace(COLOR, '') : text;
  return ONE_COLUMN_EACH.test(plain) ? plain.length : stringWidth(plain);
}

/** `✗ FAIL`, the same six columns for each verdict. */
export const verdictMark = (layout: Layout, judged: Pick<EndpointReport, 'verdict' | 'unread'>): string =>
  layout.bold(
    layout.of[judged.verdict](`${VERDICT_SYMBOL[judged.verdict]} ${verdictWord(judged, VERDICT_WORD)}`),
  );

/**
 * Wraps one paragraph of visible text: the first line after `lead`, the others `indent` columns in. A lead wider
 * than the indent is not changed. Ends with a line break.
 */
export function paragraph(layout: Layout, lead: string, text: string, indent: number, paint?: Paint): string {
  const leadWidth = columns(lead);
  const margin = ' '.repeat(indent);
  const first = leadWidth <= indent ? lead + ' '.repeat(indent - leadWidth) : `${lead.trimEnd()}\n${margin}`;
  const room = Math.max(8, layout.width - indent);
  const lines = columns(text) <= room ? [text.trim()] : wrap(text, room);
  return `${first}${lines.map((line) => (paint ? paint(line) : line)).join(`\n${margin}`)}\n`;
}

/**
 * Lines of at most `room` columns. wrap-ansi computes the width of each character, which takes 4 ms for a long paragraph;
 * where every character is one column wide, counting is enough.
 */
function wrap(text: string, room: number): string[] {
  if (!ONE_COLUMN_EACH.test(text)) return wrapAnsi(text, room, { hard: true, trim: true }).split('\n');
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length <= room) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    for (; line.length > room; line = line.slice(room)) lines.push(line.slice(0, room));
  }
  return line === '' ? lines : [...lines, line];
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts to a number of columns, marking the cut with an ellipsis. */
export function clip(text: string, limit: number): string {
  if (columns(text) <= limit) return text;
  let clipped = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += columns(segment);
    if (used > limit - 1) break;
    clipped += segment;
  }
  return `${clipped.trimEnd()}…`;
}
