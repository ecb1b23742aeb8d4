/** The kinds of problems, without the code that reads one: code that only distinguishes them loads no schema. */

/** By `type`: the HTTP status and the title, which does not change from one occurrence to the next (RFC 9457 §3.1.3). */
export const PROBLEMS = {
  'bad-request': [400, 'The request makes no sense'],
  unauthenticated: [401, 'It is not known who calls'],
  forbidden: [403, 'The caller may not do that'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'Something else can be done there, but not that'],
  conflict: [409, 'It is there already, or has changed meanwhile'],
  'too-large': [413, 'More than is taken or given at once'],
  'unsupported-media-type': [415, 'Requests are JSON'],
  'not-authorised': [403, 'Nobody has proven that the target is theirs'],
  'clock-apart': [401, 'The clocks are too far apart'],
  'rate-limited': [429, 'Too many runs'],
  stopped: [503, 'The fleet is stopped'],
  unavailable: [503, 'A service that is needed does not answer'],
  internal: [500, 'A bug of Inbound Check'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemKind = keyof typeof PROBLEMS;

const PREFIX = 'urn:inbound-check:problem:';

/** A URN (RFC 9457 §3.1.1 asks for a URI; it need not resolve). */
export const typeOf = (kind: ProblemKind): string => `${PREFIX}${kind}`;

export const isProblem = ({ type }: { readonly type: string }, kind: ProblemKind): boolean =>
  type === typeOf(kind);
