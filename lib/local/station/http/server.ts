/** The API over HTTP or HTTPS: who asks, within which bounds; what is asked is the router's. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { OwnCondition } from '../../../model/own-condition.ts';
import { type AddressRanges, NO_RANGES, plainAddress } from '../../../net/address-ranges.ts';
import { addressScope } from '../../../net/guard.ts';
import { hostPort } from '../../../net/host-port.ts';
import { problemAnswer } from '../../../service/api/answer.ts';
import type { ApiAnswer } from '../../../service/api/http-event.ts';
import { readPath } from '../../../service/api/read-request.ts';
import { type Role, roles } from '../../../service/api/roles.ts';
import { findRoute, type Route } from '../../../service/api/route.ts';
import { createRouter } from '../../../service/api/router.ts';
import { problem } from '../../../service/contracts/problem.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { isFailure } from '../../../service/runs/failure.ts';
import type { Deed } from '../access/audit.ts';
import { type Caller, callerText } from '../access/caller.ts';
import { readCookies } from '../access/cookies.ts';
import type { PageAnswer } from '../pages/page.ts';
import type { Pages } from '../pages/pages.ts';
import { withBrowserHeaders } from './answer-headers.ts';
import { clientAddress } from './client-address.ts';
import type { OpenPages } from './open-pages.ts';
import { type OwnNames, ownNames } from './own-names.ts';
import { isFromOwnPage, isSafeWithCookie } from './own-page.ts';
import { MAX_BODY_BYTES, readBody } from './request-body.ts';
import { shareConnections } from './shared-connections.ts';

/** PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

export interface StationServerOptions {
  /** Absent: plain HTTP, which only this machine and the proxies may speak to it. */
  readonly tls?: ServerTls | undefined;
  /** By which others reach it. */
  readonly baseUrl?: URL | undefined;
  /** Who may say for whom it asks; absent: nobody. */
  readonly proxies?: AddressRanges | undefined;
  /** What needs no token, in the order in which they are asked. */
  readonly open?: readonly OpenPages[];
  readonly routes: readonly Route[];
  /** Whose the token is. Throws `StoreFailed`. */
  readonly tokenOwner: (token: string) => { readonly name: string; readonly role: Role } | undefined;
  /** Sign-in and sessions of browsers. Absent: tokens alone. */
  readonly people?: PeopleDoor;
  /** Where its data is: for those who ask for its health on this machine. */
  readonly folder?: string;
  /** Why the station can't do its work; undefined: it can. */
  readonly trouble: () => string | undefined;
  /** What else is wrong with it, and lasts. */
  readonly conditions?: () => readonly OwnCondition[];
  /** When all that was written until now is on the disk. Rejects with `StoreFailed`. */
  readonly onDisk?: () => Promise<void>;
  readonly telemetry: Telemetry;
  /** Connections that one client may have at a time, other than the usual number. */
  readonly connectionsEach?: number;
  /** Other times than the usual ones, ms: for a head, for a request, and for a reader to take an answer. */
  readonly times?: { readonly headMs?: number; readonly requestMs?: number; readonly answerMs?: number };
}

export interface PeopleDoor {
  readonly pages: Pages;
  /** Operations of the API that a station alone has, for one caller. */
  readonly routes: (caller: Caller) => readonly Route[];
  /** Whose the session in these cookies is. Throws `StoreFailed`. */
  readonly signedIn: (cookies: ReadonlyMap<string, string>) => Caller | undefined;
  /** Writes down what was done. Never throws. */
  readonly record: (deed: Deed) => void;
}

export interface StationServer {
  /** `http://127.0.0.1:8025`. */
  readonly url: string;
  /** For connections from now on. Throws what the TLS library says of it. */
  setTls(tls: ServerTls): void;
  /** Takes no more connections, and waits for the answers that are under way, some seconds at most. */
  close(): Promise<void>;
}

/** Milliseconds for the head, for the whole request, and between two of one connection. */
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 5_000;
const MAX_HEAD_BYTES = 16_384;
const MAX_CONNECTIONS = 256;
/** Of one client: an office behind one address, and not all that there are. */
const MAX_CONNECTIONS_EACH = 128;
/** A form has some short fields. */
const MAX_FORM_BYTES = 20_000;
/** What is still under way after this, when the station ends, is cut off. */
const CLOSE_MS = 5_000;
/** A reader has to take an answer within this, however large it is: 6 MB over a line of 0.5 Mbit/s. */
const ANSWER_MS = 120_000;

/** @throws errors of the operating system, as of a port that is taken */
export async function startServer(
  { address, port }: { readonly address: string; readonly port: number },
  options: StationServerOptions,
): Promise<StationServer> {
  const { tls, proxies = NO_RANGES, telemetry } = options;
  const names = ownNames({ isTls: tls !== undefined, baseUrl: options.baseUrl });
  const router = createRouter({ routes: options.routes, telemetry });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    answerTo(request, names, router, options)
      .then(async (made) => {
        // Who is told that something was done may rely on it, whatever happens to the machine then.
        if (request.method !== 'GET') await options.onDisk?.();
        return made;
      })
      .catch((error: unknown) => {
        telemetry.error('request not answered', { reason: String(error) });
        if (isFailure(error, 'StoreFailed'))
          return refusal('unavailable', 'the station can’t read its data: GET /health says why');
        return problemAnswer(problem('internal', 'this is our fault; the station’s log has it'));
      })
      .then((sent) => send(response, sent, request, options));
  };
  const bounds = boundsOf(options.times ?? {});
  const tlsServer =
    tls && createTlsServer({ ...bounds, ...OLDEST_TLS, ...tls, handshakeTimeout: HEAD_MS }, answer);
  const server = tlsServer ?? createServer(bounds, answer);
  server.maxConnections = MAX_CONNECTIONS;
  shareConnections(server, { most: options.connectionsEach ?? MAX_CONNECTIONS_EACH, proxies });
  if (tls === undefined)
    server.on('connection', (socket) => {
      const peer = plainAddress(socket.remoteAddress ?? '') ?? '';
      // A token in plain text over a network is everybody's.
      if (addressScope(peer) !== 'loopback' && !proxies.has(peer)) socket.destroy();
    });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${hostPort(address, bound)}`,
    setTls: (changed) => tlsServer?.setSecureContext({ ...changed, ...OLDEST_TLS }),
    close: () => closeServer(server),
  };
}

const OLDEST_TLS = { minVersion: 'TLSv1.2' } as const;

const boundsOf = ({
  headMs = HEAD_MS,
  requestMs = REQUEST_MS,
}: NonNullable<StationServerOptions['times']>) => ({
  maxHeaderSize: MAX_HEAD_BYTES,
  headersTimeout: headMs,
  requestTimeout: requestMs,
  keepAliveTimeout: IDLE_MS,
  connectionsCheckingInterval: Math.min(1_000, headMs),
});

async function answerTo(
  request: IncomingMessage,
  names: OwnNames,
  router: ReturnType<typeof createRouter>,
  options: StationServerOptions,
): Promise<ApiAnswer | PageAnswer> {
  const { tokenOwner, trouble, conditions = () => [], people, proxies = NO_RANGES, open = [] } = options;
  const { method = '', url = '', headers, socket } = request;
  // Node takes the first of two, and a proxy before it perhaps the other (RFC 9112 §3.2).
  if ((request.headersDistinct.host ?? []).length > 1)
    return problemAnswer(problem('bad-request', 'the request names two hosts'), { connection: 'close' });
  if (!names.isHost(headers.host, socket) || !names.isOrigin(headers.origin, socket))
    return refusal(
      'forbidden',
      'the station is asked by its own address alone, and by no page of another site',
    );
  // A proxy's form of a request, or `*`: neither is a path of ours.
  if (!url.startsWith('/')) return refusal('bad-request', 'the target of the request is no path');
  const [rawPath = '', ...afterPath] = url.split('?');
  const query = afterPath.join('?');
  const client = clientAddress(request, proxies);
  for (const pages of open) {
    const answer = await pages({
      method,
      path: rawPath,
      query,
      headers,
      client,
      readBody: () => readBody(request),
    });
    if (answer !== undefined) return answer;
  }
  if (rawPath === '/health' && method === 'GET')
    return health(trouble(), conditions(), folderFor(client, headers, options));
  const path = readPath(rawPath);
  const cookies = readCookies(headers.cookie);
  const shown =
    path.ok &&
    people?.pages.answer({
      method,
      segments: path.value,
      query: new URLSearchParams(query),
      cookies,
      isFromOwnPage: isFromOwnPage(headers),
      contentType: headers['content-type'],
      body: () => readBody(request, MAX_FORM_BYTES),
      visitor: { client, agent: headers['user-agent'] },
    });
  if (shown) return shown;
  const caller = ownerOf(headers.authorization, tokenOwner) ?? people?.signedIn(cookies);
  if (caller === undefined)
    return problemAnswer(
      problem(
        'unauthenticated',
        'send a token of this station as "Authorization: Bearer TOKEN": inbound-check serve token makes one; one that was revoked or is too old counts no more. A browser signs in at /sign-in',
      ),
      { 'www-authenticate': 'Bearer' },
    );
  if (caller.session !== undefined && !isSafeWithCookie(method, headers))
    return refusal(
      'forbidden',
      'a request with the cookie of a session comes from a page of the station, or has the header x-inbound-check',
    );
  const { contract, routed } = routeOf(path.ok ? path.value : [], method, caller, router, options);
  const done = (outcome: string): void => {
    if (contract !== undefined && contract.method !== 'GET')
      people?.record({ who: callerText(caller), what: contract.id, about: rawPath, client, outcome });
  };
  if (contract !== undefined && !roles[caller.role].mayCall(contract)) {
    done('forbidden');
    return refusal(
      'forbidden',
      `the role ${caller.role} may not do that (${contract.id}): ask an operator of this station to do it, or for a role that may`,
    );
  }
  const body = await readBody(request);
  if (body === 'too-large') return refusal('too-large', `the body has more than ${MAX_BODY_BYTES} bytes`);
  const event = {
    version: '2.0',
    rawPath,
    rawQueryString: query,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    ),
    ...(body.text !== '' && { body: body.text }),
    requestContext: {
      http: { method, sourceIp: client },
      authorizer: { iam: { userArn: callerText(caller) } },
    },
  };
  const answer = await routed(event, {
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => REQUEST_MS,
  });
  done(answer.statusCode < 400 ? 'done' : String(answer.statusCode));
  return withBrowserHeaders(answer);
}

/** A station's own operations know more of the caller than those that a fleet has, too. */
function routeOf(
  segments: readonly string[],
  method: string,
  caller: Caller,
  router: ReturnType<typeof createRouter>,
  { routes, people, telemetry }: StationServerOptions,
): { readonly contract?: Route['contract']; readonly routed: ReturnType<typeof createRouter> } {
  const found = findRoute(routes, method, segments);
  if ('route' in found) return { contract: found.route.contract, routed: router };
  const own = people?.routes(caller) ?? [];
  const ours = findRoute(own, method, segments);
  if ('route' in ours)
    return { contract: ours.route.contract, routed: createRouter({ routes: own, telemetry }) };
  return { routed: ours.allowed.length > 0 ? createRouter({ routes: own, telemetry }) : router };
}

const refusal = (...what: Parameters<typeof problem>): ApiAnswer => problemAnswer(problem(...what));

function ownerOf(
  header: string | undefined,
  tokenOwner: StationServerOptions['tokenOwner'],
): Caller | undefined {
  const token = /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
  return token === undefined ? undefined : tokenOwner(token);
}

/** Who asks from elsewhere needs no token either, and learns nothing of the machine's files. */
const folderFor = (
  client: string,
  headers: IncomingMessage['headers'],
  { folder }: Pick<StationServerOptions, 'folder'>,
): string | undefined =>
  addressScope(client) === 'loopback' && headers['x-forwarded-for'] === undefined ? folder : undefined;

const health = (
  trouble: string | undefined,
  conditions: readonly OwnCondition[],
  data: string | undefined,
): ApiAnswer => ({
  statusCode: trouble === undefined ? 200 : 503,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify({
    ...(trouble === undefined ? { status: 'ok' } : { status: 'failing', why: trouble }),
    ...(data !== undefined && { data }),
    // Who asks needs no token: what the network of the station says is for those who have one.
    ...(conditions.length > 0 && { ourSide: conditions.map(({ kind, from }) => ({ kind, from })) }),
  })}\n`,
});

function send(
  response: ServerResponse,
  answer: ApiAnswer | PageAnswer,
  request: IncomingMessage,
  { telemetry, times: { answerMs = ANSWER_MS } = {} }: StationServerOptions,
): void {
  // One that takes a byte now and then would hold a connection, and the answer in memory, for ever.
  const limit = setTimeout(() => {
    response.destroy();
    telemetry.warn('an answer was not read in time, and is cut off', {});
  }, answerMs).unref();
  response.once('close', () => clearTimeout(limit));
  const { statusCode, headers, body } = answer;
  const coding = 'isBase64Encoded' in answer && answer.isBase64Encoded ? 'base64' : 'utf8';
  const cookies = 'cookies' in answer &&
    answer.cookies !== undefined && { 'set-cookie': [...answer.cookies] };
  // What was not read of a body would be taken for the next request.
  const isRead = request.complete;
  response.writeHead(statusCode, { ...headers, ...cookies, ...(!isRead && { connection: 'close' }) });
  response.end(body === undefined ? undefined : Buffer.from(body, coding));
  if (!isRead) response.once('finish', () => request.destroy());
}

async function closeServer(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(timer);
}
