/** What went wrong with a request to the API, in the form of RFC 9457 (problem details). */
import * as z from 'zod';
import { PROBLEMS, type ProblemKind, typeOf } from './problem-kinds.ts';

export { isProblem, PROBLEMS, type ProblemKind } from './problem-kinds.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** `type` is a URN (RFC 9457 §3.1.1 asks for a URI; it need not resolve). */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** One line for the person who made the request: what is wrong, and how to fix it. */
  detail: z.string(),
  /** Where in the request, as in `body.days`. */
  at: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

export function problem(kind: ProblemKind, detail: string, at?: string): Problem {
  const [status, title] = PROBLEMS[kind];
  return { type: typeOf(kind), title, status, detail, ...(at !== undefined && { at }) };
}
