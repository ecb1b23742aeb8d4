/** How a page is recognised by the parts of it that the evidence keeps. */

import type { Sentence } from '../../contract/sentences.ts';
import type { HttpHop, HttpResult } from '../observation.ts';
import { pageTitle } from './page-title.ts';

/** All the parts that are given must match. Regular expressions are applied to text that has passed `printable()`. */
export interface PageSignature {
  /** Its name, or a description. */
  readonly product: string | Sentence;
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
      (title === undefined || title.test(pageTitle(result) ?? '')) &&
      (body === undefined || body.test(result.bodySample ?? '')) &&
      (header === undefined || header[1].test(hop.headers?.[header[0]] ?? '')),
  );
}
