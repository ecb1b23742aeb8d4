/** Zod fields for values that a person writes as text, read by functions that return a `ParseResult`. */
import * as z from 'zod';
import type { ParseResult } from '../../model/input-error.ts';

/** Text; a number in YAML is read as its digits. */
export const Text = z.union([z.string(), z.number()], { error: 'expected text' }).transform(String);

/** Text that `parse` reads; its message becomes the field's. */
export function textAs<T>(parse: (text: string) => ParseResult<T>) {
  return Text.transform((text, context): T => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: result.message });
    return z.NEVER;
  });
}

/** A list of such texts; a single one needs no list. */
export function listOf<T>(parse: (text: string) => ParseResult<T>) {
  const field = textAs(parse);
  return z.union([z.array(field), field.transform((value) => [value])]);
}
