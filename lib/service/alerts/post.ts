/** One POST to a webhook, and its result. */
import { Client } from 'undici';
import { printable } from '../../net/printable.ts';
import type { SignedRequest } from './generic.ts';
import { guardedConnector, NotConnected, type WebhookNetwork } from './guarded-connector.ts';

export type Posted =
  | {
      readonly status: 'answered';
      readonly code: number;
      /** As the receiver asks for, ms; absent: it does not say. */
      readonly retryAfterMs?: number;
      /** How the answer begins, printable. */
      readonly excerpt: string;
    }
  /** `passing`: another try may succeed. The message is one line and contains no part of the URL. */
  | { readonly status: 'unanswered'; readonly message: string; readonly passing: boolean };

/** Bytes of an answer's body that are read; the rest is not waited for. */
const MAX_ANSWER = 2_048;
const EXCERPT = 200;
const MAX_HEADERS = 16_384;
/** Seconds; no caller waits for a later date. */
const MAX_RETRY_AFTER = 86_400;

/**
 * Redirects are not followed: an answer of 3xx is an answer. Never rejects.
 *
 * @param timeoutMs for all of it
 * @param now epoch ms, for Retry-After as a date
 */
export async function post(
  network: WebhookNetwork,
  url: string,
  { headers, body }: SignedRequest,
  { timeoutMs, now }: { readonly timeoutMs: number; readonly now: number },
): Promise<Posted> {
  const { origin, pathname, search } = new URL(url);
  const client = new Client(origin, {
    connect: guardedConnector(network, timeoutMs),
    maxHeaderSize: MAX_HEADERS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    pipelining: 1,
  });
  const timer = setTimeout(() => void client.destroy(new NotConnected(NO_ANSWER, true)), timeoutMs);
  try {
    const answer = await client.request({ method: 'POST', path: `${pathname}${search}`, headers, body });
    const retryAfterMs = retryAfter(answer.headers['retry-after'], now);
    const excerpt = await beginningOf(answer.body);
    return {
      status: 'answered',
      code: answer.statusCode,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      excerpt,
    };
  } catch (error) {
    if (error instanceof NotConnected)
      return { status: 'unanswered', message: error.message, passing: error.passing };
    return { status: 'unanswered', message: `no answer (${codeOf(error)})`, passing: true };
  } finally {
    clearTimeout(timer);
    await client.destroy();
  }
}

const NO_ANSWER = 'no answer in time';

/** The status already counts: a body that stops or never ends does not change it. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ANSWER) break;
    }
  } catch {
    // What came until then is shown.
  }
  return printable(Buffer.concat(chunks), EXCERPT);
}

/** RFC 9110 §10.2.3: seconds, or an HTTP date. */
function retryAfter(value: string | readonly string[] | undefined, now: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), MAX_RETRY_AFTER) * 1_000 : undefined;
}

/** The code alone: undici's messages may hold what was sent. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'Error';
}
