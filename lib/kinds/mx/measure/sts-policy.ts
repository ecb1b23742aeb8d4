/** The text of an MTA-STS policy (RFC 8461 §3.2). */
import { printable } from '../../../net/printable.ts';
import type { StsPolicy } from '../observation.ts';

/** Patterns that are kept. */
const MAX_PATTERNS = 64;
/** RFC 8461 §3.2: a year and a day, in seconds. */
const LONGEST_AGE = 31_557_600;
const MODES: ReadonlySet<string> = new Set(['enforce', 'testing', 'none'] satisfies StsPolicy['mode'][]);
const isMode = (text: string): text is StsPolicy['mode'] => MODES.has(text);
const PATTERN = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: StsPolicy }
  | { readonly ok: false; readonly why: string };

/** Lines of `key: value`; keys that are not known are passed over, and of a key that is given twice the first counts, `mx` apart. */
export function parsePolicy(text: string): ParsedPolicy {
  const failed = (why: string): ParsedPolicy => ({ ok: false, why });
  const fields = new Map<string, string>();
  const mx: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (key === undefined || value === undefined)
      return failed(`a line is no "key: value": ${printable(line, 60)}`);
    if (key === 'mx') {
      if (!PATTERN.test(value)) return failed(`mx: ${printable(value, 60)} is no name`);
      if (mx.length < MAX_PATTERNS) mx.push(value.toLowerCase());
    } else if (!fields.has(key)) fields.set(key, value);
  }
  if (fields.get('version') !== 'STSv1') return failed('there is no "version: STSv1"');
  const mode = fields.get('mode') ?? '';
  if (!isMode(mode)) return failed(`the mode "${printable(mode, 30)}" is none of enforce, testing, none`);
  const age = fields.get('max_age') ?? '';
  if (!/^\d{1,10}$/.test(age) || Number(age) > LONGEST_AGE)
    return failed(`max_age "${printable(age, 30)}" is no number from 0 to ${LONGEST_AGE}`);
  if (mx.length === 0 && mode !== 'none') return failed('there is no "mx" line');
  return { ok: true, policy: { mode, maxAge: Number(age), mx } };
}

/** RFC 8461 §4.1: `*.` stands for exactly one label. */
export function fitsPattern(exchange: string, pattern: string): boolean {
  if (!pattern.startsWith('*.')) return exchange === pattern;
  const dot = exchange.indexOf('.');
  return dot > 0 && exchange.slice(dot) === pattern.slice(1);
}
