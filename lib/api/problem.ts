/** What went wrong with a request to the API, as RFC 9457 (problem details) has it. */
import * as z from 'zod';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** By `type`: the HTTP status and the title, which does not change from one occurrence to the next (RFC 9457 §3.1.3). */
export const PROBLEMS = {
  'bad-request': [400, 'The request makes no sense'],
  forbidden: [403, 'The caller may not do that'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'Something else can be done there, but not that'],
  conflict: [409, 'It is there already, or has changed meanwhile'],
  'too-large': [413, 'More than is taken or given at once'],
  'unsupported-media-type': [415, 'Requests are JSON'],
  'not-authorised': [403, 'Nobody has proven that the target is theirs'],
  'rate-limited': [429, 'Too many runs'],
  stopped: [503, 'The fleet is stopped'],
  unavailable: [503, 'A service that is needed does not answer'],
  internal: [500, 'A bug of Inbound Check'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemKind = keyof typeof PROBLEMS;

const PREFIX = 'urn:inbound-check:problem:';

/** `type` is a URN (RFC 9457 §3.1.1 asks for a URI; it need not resolve). */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** One line for whoever made the request: what is wrong, and how to mend it. */
  detail: z.string(),
  /** Where in the request, as in `body.days`. */
  at: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

export function problem(kind: ProblemKind, detail: string, at?: string): Problem {
  const [status, title] = PROBLEMS[kind];
  return { type: `${PREFIX}${kind}`, title, status, detail, ...(at !== undefined && { at }) };
}

export const isProblem = ({ type }: Problem, kind: ProblemKind): boolean => type === `${PREFIX}${kind}`;
