/** What is answered without a token of the API. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiAnswer } from '../../../service/api/http-event.ts';

/** A request that asked for the station by its own name, and came from no page of another site. */
export interface OpenRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's address, for limits and records. */
  readonly client: string;
  /** Rejects when the caller goes away. */
  readonly readBody: () => Promise<{ readonly text: string } | 'too-large'>;
}

/** Undefined: the path is not one of its own, and the next is asked. */
export type OpenPages = (request: OpenRequest) => Promise<ApiAnswer | undefined>;
