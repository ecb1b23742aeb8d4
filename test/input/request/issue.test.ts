import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeIssue } from '../../../lib/input/request/issue.ts';

const told = (schema: z.ZodType, value: unknown): string => {
  const read = schema.safeParse(value, { reportInput: true });
  if (read.success) throw new Error('it is valid');
  return describeIssue(read.error).message;
};

describe('what is wrong with the size of a value', () => {
  it.each([
    [z.string().trim().min(1), ' ', 'is empty'],
    [z.string().min(3), 'ab', 'has fewer than 3 characters'],
    [z.string().max(3), 'abcd', 'has more than 3 characters'],
    [z.array(z.string()).min(1), [], 'is empty'],
    [z.array(z.string()).max(1), ['a', 'b'], 'has more than 1 entries'],
    [z.number().min(5), 4, 'must be 5 or more'],
    [z.number().max(5), 6, 'must be 5 or less'],
    [z.string().min(1, 'say why'), '', 'say why'],
  ])('%# is reported in words', (schema, value, words) => {
    expect(told(schema, value)).toBe(words);
  });
});
