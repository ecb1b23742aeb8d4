/**
 * A proxy in front of a local service: checks whether the caller's role permits the action, lets a test refuse it, keeps a
 * record, and passes the rest on.
 */
import { request as httpRequest } from 'node:http';
import { type ApiAnswer, type ApiRequest, type LoopbackServer, serve } from './loopback-server.ts';

/** One action as IAM names it, e.g. `s3:PutObject` on `arn:aws:s3:::BUCKET/KEY`. */
export interface Action {
  readonly action: string;
  readonly resource: string;
}

export interface Recorded extends Action {
  readonly caller: string | undefined;
  readonly status: number;
  readonly body: string;
}

export interface Front extends LoopbackServer {
  readonly record: readonly Recorded[];
  /** Answers instead of the service; `undefined`: let through. */
  intercept: (action: Action, request: ApiRequest) => ApiAnswer | undefined;
}

export interface FrontOptions {
  /** What the request is, or `undefined` for one that the rig does not know. */
  readonly actionOf: (request: ApiRequest) => Action | undefined;
  /** Why the caller may not do that, or `undefined`. */
  readonly authorise: (request: ApiRequest, action: Action) => string | undefined;
  readonly deny: (message: string) => ApiAnswer;
  readonly service: (request: ApiRequest, action: Action) => Promise<ApiAnswer>;
}

export async function startFront({ actionOf, authorise, deny, service }: FrontOptions): Promise<Front> {
  const record: Recorded[] = [];
  const underWay = new Set<Promise<ApiAnswer>>();
  const tracked = (work: Promise<ApiAnswer>): Promise<ApiAnswer> => {
    underWay.add(work);
    const done = () => underWay.delete(work);
    work.then(done, done);
    return work;
  };
  const server = await serve(async (request) => {
    const action = actionOf(request);
    if (action === undefined) return deny(`the rig does not know ${request.method} ${request.target}`);
    const denied = authorise(request, action);
    const answer =
      denied === undefined
        ? (front.intercept(action, request) ?? (await tracked(service(request, action))))
        : deny(denied);
    record.push({
      ...action,
      caller: request.caller?.accessKeyId,
      status: answer.status,
      body: request.body.toString(),
    });
    return answer;
  });
  const front: Front = {
    ...server,
    record,
    intercept: () => undefined,
    async close() {
      await server.close();
      // The client may be gone; the service behind it may finish its work.
      await Promise.allSettled(underWay);
    },
  };
  return front;
}

/** Passes a request on, without headers that belong to the connection. */
export function passOn(
  url: string,
  { method, target, headers, body }: ApiRequest,
  without: readonly string[],
): Promise<ApiAnswer> {
  const kept = Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !['connection', 'host', 'transfer-encoding', 'expect', ...without].includes(name),
    ),
  );
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      new URL(target, url),
      // A connection of its own: a kept one may be closed by the service just when it is used again.
      { method, headers: { ...kept, 'content-length': body.length }, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const given = Object.entries(incoming.headers).flatMap(([name, value]) =>
            typeof value === 'string' && !['connection', 'keep-alive', 'transfer-encoding'].includes(name)
              ? [[name, value] as const]
              : [],
          );
          resolve({
            status: incoming.statusCode ?? 500,
            headers: Object.fromEntries(given),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
