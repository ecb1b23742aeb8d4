/** The API of a station, asked with a token. */

import type { ApiClient } from '../contracts/api-client.ts';
import { problem } from '../contracts/problem.ts';
import { createHttpClient, type StrangeAnswer } from './http-client.ts';

export interface BearerClientOptions {
  readonly url: URL;
  readonly token: string;
}

export const createBearerClient = ({ url, token }: BearerClientOptions): ApiClient =>
  createHttpClient({
    url,
    authorise: async ({ body }) => ({
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }),
    explain: ({ status, what }) => strange(status, what, url.host),
  });

/** A station explains each refusal itself: this is another server. */
const strange = (status: StrangeAnswer['status'], what: string, host: string) =>
  status >= 500
    ? ({ status: 'unreachable', message: `${host} answers ${what} with the status ${status}` } as const)
    : ({
        status: 'refused',
        problem: problem(
          status === 401 || status === 403 ? 'forbidden' : 'not-found',
          `${host} answers ${what} with the status ${status} and no reason: is it a station of Inbound Check?`,
        ),
      } as const);
