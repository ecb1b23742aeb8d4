import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { quote } from './quote.ts';

/** HTTP status codes as a person lists them: `200,301,400-404`. */
export function parseStatusSet(text: string): ParseResult<number[]> {
  const codes = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$/.exec(part.trim());
    if (!match)
      return inputError(`expected status codes from 100 to 599, as 200,301 or 200-299, not ${quote(text)}`);
    const first = Number(match[1]);
    for (let code = first; code <= Number(match[2] ?? first); code += 1) codes.add(code);
  }
  return codes.size > 0 ? parsed([...codes]) : inputError(`the range ${quote(text)} is empty`);
}

/** The same codes in as few words: `200-299,301`. */
export function statusSetText(codes: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const code of [...codes].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last !== undefined && code === last[1] + 1) last[1] = code;
    else runs.push([code, code]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
