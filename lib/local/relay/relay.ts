/**
 * The console of a fleet for an engineer with AWS credentials: a server on loopback that hands out the console's files and sends
 * what its page asks on to the API, signed as the engineer. Nothing is stored.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problemAnswer } from '../../service/api/answer.ts';
import type { ApiAnswer } from '../../service/api/http-event.ts';
import { type ApiRequest, type HttpClientOptions, readBounded } from '../../service/client/http-client.ts';
import { problem } from '../../service/contracts/problem.ts';
import type { ConsoleSite } from '../console/site.ts';
import { readBody } from '../station/http/request-body.ts';
import { isOwnRequest, isSame } from './own-request.ts';

export interface RelayOptions {
  /** Of the API: `https://host`. */
  readonly url: URL;
  readonly signer: Required<Pick<HttpClientOptions, 'authorise' | 'authoriseWords'>>;
  readonly site: ConsoleSite;
  /** 0: any that is free. */
  readonly port: number;
}

export interface Relay {
  /** Opens the console in the first browser that asks for it, and in no other. */
  readonly url: string;
  close(): Promise<void>;
}

/** API Gateway answers within 30 s. */
const TIMEOUT_MS = 35_000;
const MAX_BODY = 400_000;
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE']);

/** @throws errors of the operating system, as of a port that is taken */
export async function startRelay({ url, signer, site, port }: RelayOptions): Promise<Relay> {
  const secret = randomBytes(32).toString('base64url');
  let ticket: string | undefined = randomBytes(32).toString('base64url');
  let own = '';

  async function answer(request: IncomingMessage): Promise<ApiAnswer> {
    const { method = '', url: path = '', headers } = request;
    if (!isOwnRequest(headers, own))
      return refusal('forbidden', 'asked by another name than its own, or by a page of another site');
    if (path.startsWith('/open/')) return opened(path.slice('/open/'.length));
    const file = await site.files({ method, path });
    if (file !== undefined) return file;
    if (!isSame(cookieOf(headers.cookie, own), secret))
      return refusal(
        'unauthenticated',
        'open the address that inbound-check console has printed; it opens one browser',
      );
    if (path === '/' && method === 'GET') return site.home;
    // A page of another program on this machine is as near as ours to a browser, but can't set a header without asking first.
    if (headers['x-inbound-check'] === undefined)
      return refusal('forbidden', 'only the console’s own page may ask');
    if (!METHODS.has(method) || !path.startsWith('/'))
      return refusal('bad-request', 'no request of the console');
    const body = await readBody(request, MAX_BODY);
    if (body === 'too-large') return refusal('too-large', `the body has more than ${MAX_BODY} bytes`);
    return passedOn({ method, url: new URL(path, url), ...(body.text !== '' && { body: body.text }) });
  }

  function opened(given: string): ApiAnswer {
    if (ticket === undefined || !isSame(given, ticket))
      return refusal(
        'forbidden',
        'this address was used already: end inbound-check console and start it again',
      );
    ticket = undefined;
    const cookie = `${cookieName(own)}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
    return { statusCode: 303, headers: { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' } };
  }

  async function passedOn(asked: ApiRequest): Promise<ApiAnswer> {
    // `//elsewhere` would be another host.
    if (asked.url.origin !== url.origin) return refusal('bad-request', 'the path leads elsewhere');
    try {
      const { host: _host, ...headers } = await signer.authorise(asked);
      const response = await fetch(asked.url, {
        method: asked.method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(asked.body !== undefined && { body: asked.body }),
      });
      const body = await readBounded(response);
      return {
        statusCode: response.status,
        headers: {
          'content-type': response.headers.get('content-type') ?? 'application/octet-stream',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          // What an API says is no page of ours, whatever its type.
          'content-security-policy': "default-src 'none'; sandbox",
        },
        ...(body.length > 0 && { body }),
      };
    } catch (error) {
      const words = error instanceof Error ? signer.authoriseWords(error) : undefined;
      return refusal('unavailable', words ?? `the API can’t be reached: ${url.host}`);
    }
  }

  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 }, (request, response) => {
    answer(request)
      .catch(() => refusal('internal', 'this is our fault'))
      .then((sent) => send(response, sent, request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${own}/open/${ticket}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const refusal = (...what: Parameters<typeof problem>): ApiAnswer => problemAnswer(problem(...what));

/** Cookies know no ports. */
const cookieName = (own: string): string => `ibc-console-${own.split(':').at(-1)}`;

function cookieOf(header: string | undefined, own: string): string {
  const start = `${cookieName(own)}=`;
  const part = (header ?? '').split(';').find((each) => each.trim().startsWith(start));
  return part?.trim().slice(start.length) ?? '';
}

function send(
  response: ServerResponse,
  { statusCode, headers, body, isBase64Encoded = false }: ApiAnswer,
  request: IncomingMessage,
): void {
  const isRead = request.complete;
  response.writeHead(statusCode, { ...headers, ...(!isRead && { connection: 'close' }) });
  response.end(body === undefined ? undefined : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
  if (!isRead) response.once('finish', () => request.destroy());
}
