/** An HTTP server on loopback that takes the place of an AWS service, and what its signed requests say of who calls. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** From `Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request`; signatures are not checked. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
}

export interface ApiRequest {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly caller: Caller | undefined;
  /** Address of the client. */
  readonly from: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface LoopbackServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Bytes of a request; Lambda takes no more than 6 MB, S3 gets reports and observations. */
const MAX_BODY = 64_000_000;

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/[^/]+\/aws4_request/;

/** @param answer a rejection is a bug of the rig: it becomes a 500 that names it */
export async function serve(answer: (request: ApiRequest) => Promise<ApiAnswer>): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY) incoming.destroy();
      else chunks.push(chunk);
    });
    // A caller that gave up (a dispatcher that was killed) is no fault of the server.
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    incoming.on('end', () => {
      const target = incoming.url ?? '/';
      const [path = '/', query = ''] = target.split('?');
      const request: ApiRequest = {
        method: incoming.method ?? 'GET',
        path,
        query: new URLSearchParams(query),
        target,
        headers: incoming.headers,
        body: Buffer.concat(chunks),
        from: incoming.socket.remoteAddress ?? '',
        caller: callerOf(incoming.headers.authorization ?? presigned(query)),
      };
      answer(request).then(
        ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
        (error: unknown) =>
          outgoing
            .writeHead(500, { 'x-amzn-errortype': 'RigBroken' })
            .end(JSON.stringify({ message: error instanceof Error ? error.stack : String(error) })),
      );
    });
  });
  // Never closes an idle connection: a client that sends into the close would have to try again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A presigned address bears in its query what else is in the header. */
function presigned(query: string): string | undefined {
  const credential = new URLSearchParams(query).get('X-Amz-Credential');
  return credential === null ? undefined : `Credential=${credential}`;
}

function callerOf(authorization: string | undefined): Caller | undefined {
  const [, accessKeyId, region] = CREDENTIAL.exec(authorization ?? '') ?? [];
  return accessKeyId === undefined || region === undefined ? undefined : { accessKeyId, region };
}

/** An error as the JSON services (Lambda, DynamoDB, EventBridge) give it. */
export const jsonError = (status: number, type: string, message: string): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type },
  body: JSON.stringify({ __type: type, Type: status < 500 ? 'User' : 'Service', message, Message: message }),
});
