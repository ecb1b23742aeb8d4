import { expectedHeader, unexpectedHeader } from '../../connection/proxy-header.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import type { ProxyHeader } from '../../contract/proxy-header.ts';
import type { HttpHop } from '../observation.ts';
import { portOf } from './redirect.ts';
import { userAgent } from './user-agent.ts';

/** A server that reads the header as a request answers 400, or another refusal; only these answers show that it understood it. */
const UNDERSTOOD = /^HTTP\/1\.[01] (2\d\d|3\d\d|401|404)\b/;
const BAD_REQUEST = /^HTTP\/1\.[01] 400\b/;

/**
 * Is a 400, or an end without an answer, about a PROXY header? A server that says 400 on a connection on which nothing
 * was sent has read something else; one that answers only after a header expects it. Plain http only: within TLS the
 * handshake shows it.
 */
export async function proxyHeaderAtWeb(
  { outcome, statusCode, connect, address }: HttpHop,
  url: URL,
  leftMs: number,
  context: ProbeContext,
): Promise<ProxyHeader | undefined> {
  if (url.protocol !== 'http:' || connect.status !== 'connected') return undefined;
  const where = { address, port: portOf(url), leftMs };
  const begins = (pattern: RegExp) => (bytes: Buffer) => pattern.test(bytes.toString('latin1', 0, 20));
  if (statusCode === 400) return unexpectedHeader(where, begins(BAD_REQUEST), context);
  const ended = outcome.status === 'no-response' && (outcome.end === 'fin' || outcome.end === 'reset');
  if (!ended || statusCode !== undefined) return undefined;
  const request = `HEAD ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: ${userAgent(context.contact)}\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
  return expectedHeader(where, Buffer.from(request, 'latin1'), begins(UNDERSTOOD), context);
}
