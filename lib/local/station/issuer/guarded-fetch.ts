/** What is asked of an issuer, on a connection that the address guard has judged; bounded in bytes and time. */
import { Client } from 'undici';
import { guardedConnector, type WebhookNetwork } from '../../../service/alerts/guarded-connector.ts';

export type IssuerFetch = (
  url: string,
  options: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
  },
) => Promise<Response>;

/** For each request, with all of its answer. */
const TIMEOUT_MS = 10_000;
/** Keys and metadata are some kilobytes. */
const MAX_BYTES = 1_000_000;
const MAX_HEADERS = 65_536;

/** Redirects are not followed: an answer of 3xx is an answer. Rejects with `NotConnected`, or errors of undici. */
export const createIssuerFetch =
  (network: WebhookNetwork): IssuerFetch =>
  async (url, { method, headers, body }) => {
    const { origin, pathname, search } = new URL(url);
    const client = new Client(origin, {
      connect: guardedConnector(network, TIMEOUT_MS),
      maxHeaderSize: MAX_HEADERS,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      maxResponseSize: MAX_BYTES,
    });
    const timer = setTimeout(() => void client.destroy(new Error('no answer in time')), TIMEOUT_MS);
    try {
      const answer = await client.request({
        method: method === 'POST' ? 'POST' : 'GET',
        path: `${pathname}${search}`,
        headers,
        ...(body != null && { body: String(body) }),
      });
      const text = await answer.body.text();
      const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [
        name,
        [value ?? ''].flat().join(', '),
      ]);
      const isEmpty = [101, 204, 205, 304].includes(answer.statusCode);
      return new Response(isEmpty ? null : text, { status: answer.statusCode, headers: given });
    } finally {
      clearTimeout(timer);
      await client.destroy();
    }
  };
