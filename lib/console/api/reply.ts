/** What came of a call, as a value: the views never see an exception. */
export type ApiReply<T> =
  | { readonly status: 'answered'; readonly value: T }
  | { readonly status: 'refused'; readonly refusal: ApiRefusal }
  /** No answer at all: the line, or the API, is away. */
  | { readonly status: 'unreachable' };

/** A problem document (RFC 9457), in the parts that people are shown. */
export interface ApiRefusal {
  /** URN of the kind of problem; absent: what answered has none. */
  readonly type?: string;
  readonly httpStatus: number;
  readonly title: string;
  readonly detail: string;
  /** The field that it is about, as `body.target`. */
  readonly at?: string;
}

/** Nobody is signed in any more. */
export const isSignedOut = (answer: ApiReply<unknown>): boolean =>
  answer.status === 'refused' && answer.refusal.httpStatus === 401;
