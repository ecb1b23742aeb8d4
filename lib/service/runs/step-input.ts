import type { z } from 'zod';
import { pathText } from '../../input/request/issue.ts';
import { failure } from './failure.ts';

/** Reads what a state hands to a handler; anything else is a bug of ours, and ends the run by that name. */
export function parseStep<S extends z.ZodType>(schema: S, event: unknown): z.output<S> {
  const input = schema.safeParse(event);
  if (input.success) return input.data;
  const [issue] = input.error.issues;
  throw failure('StepContractBroken', `${pathText(issue?.path ?? [])}: ${issue?.message ?? 'invalid'}`);
}
