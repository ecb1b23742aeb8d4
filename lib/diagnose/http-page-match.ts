/** How a page is known again by what the evidence keeps of it. */
import type { HttpHop, HttpResult } from '../model/observation.ts';

/** All the parts that are given must match. Regular expressions meet text that has passed `printable()`. */
export interface PageSignature {
  readonly product: string;
  readonly status?: readonly number[];
  readonly title?: RegExp;
  /** Looked for in the first 2,000 characters of the body. */
  readonly body?: RegExp;
  /** Header name in lower case and what its value must look like. */
  readonly header?: readonly [name: string, value: RegExp];
}

export function matchPage(
  signatures: readonly PageSignature[],
  hop: HttpHop,
  result: HttpResult,
): PageSignature | undefined {
  return signatures.find(
    ({ status, title, body, header }) =>
      (status === undefined || status.includes(hop.statusCode ?? 0)) &&
      (title === undefined || title.test(result.title ?? '')) &&
      (body === undefined || body.test(result.bodySample ?? '')) &&
      (header === undefined || header[1].test(hop.headers?.[header[0]] ?? '')),
  );
}
