/** The whole head of an answer: status line, fields, and how the body is framed. As Chromium reads it. */

import { type Framing, framingOf } from './framing.ts';
import type { MalformedList } from './malformed.ts';
import { readStatusLine, type StatusLine } from './status-line.ts';

export interface AnswerHead extends StatusLine {
  /** Name, value, name, value…, in the order they came, as Latin-1 text. Lines that are not fields are left out. */
  readonly rawHeaders: readonly string[];
  readonly framing: Framing;
}

/** RFC 9110 §5.6.2 (token) and §5.5: visible characters, space, tab, and bytes from 0x80. */
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

/**
 * @param text Latin-1 text of the head from "HTTP" on, its last empty line left out
 * @param maxFields more of them give `undefined`
 */
export function readHead(text: string, maxFields: number, malformed: MalformedList): AnswerHead | undefined {
  const lines = text.split('\n');
  const [first = ''] = lines;
  // Go checks only the bytes of fields.
  if (first.includes('\0')) malformed.add('nul', first, ['Chromium', 'curl']);
  else if (text.includes('\0')) malformed.add('nul', lines.find((line) => line.includes('\0')) ?? '');
  const status = readStatusLine(endless(first, malformed), malformed);
  const rawHeaders: string[] = [];
  for (let at = 1; at < lines.length; at += 1) {
    const line = endless(lines[at] ?? '', malformed);
    if (rawHeaders.length >= maxFields * 2) return undefined;
    const field = FIELD.exec(line);
    if (field !== null) rawHeaders.push(field[1] ?? '', trimEnd(field[2] ?? ''));
    else readOddLine(line, rawHeaders, malformed);
  }
  return { ...status, rawHeaders, framing: framingOf(status, rawHeaders, malformed) };
}

/** The line without its carriage return. */
function endless(line: string, malformed: MalformedList): string {
  if (line.endsWith('\r')) return line.slice(0, -1);
  malformed.add('bare-lf', line);
  return line;
}

const trimEnd = (value: string): string => (/[\t ]$/.test(value) ? value.replace(/[\t ]+$/, '') : value);

function readOddLine(line: string, rawHeaders: string[], malformed: MalformedList) {
  if (line === '') return;
  if (line.startsWith(' ') || line.startsWith('\t')) return continueLine(line, rawHeaders, malformed);
  const colon = line.indexOf(':');
  if (colon < 0) return malformed.add('no-colon', line);
  if (colon === 0) return malformed.add('empty-name', line);
  const name = line.slice(0, colon);
  const trimmed = trimEnd(name);
  const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '');
  if (CONTROL.test(value) && !value.includes('\0')) malformed.add('control-character', line);
  if (!TOKEN.test(trimmed)) {
    // Go ignores a space in a name (golang.org/issue/34540).
    return malformed.add('name-not-a-token', line, TOKEN.test(trimmed.replaceAll(' ', '')) ? [] : undefined);
  }
  if (trimmed !== name) malformed.add('space-before-colon', line, name.includes('\t') ? ['Go'] : undefined);
  rawHeaders.push(trimmed, value);
}

/** RFC 9112 §5.2, obs-fold: such a line continues the value before it. */
function continueLine(line: string, rawHeaders: string[], malformed: MalformedList) {
  const last = rawHeaders.length - 1;
  if (last < 0) return malformed.add('folded-first-line', line);
  malformed.add('folded-line', line);
  const more = line.trim();
  if (CONTROL.test(more)) malformed.add('control-character', line);
  rawHeaders[last] = `${rawHeaders[last]} ${more}`.trim();
}
