/** A webhook receiver on loopback that answers as a test says and keeps what it got. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Receiver {
  readonly port: number;
  readonly got: readonly Got[];
  /** TCP connections that reached it. */
  connections(): number;
}

export type Answer = (response: ServerResponse, number: number) => void;

export const answering =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(body);

/** Answers the first, the second… request; the last answer is that of all later ones. */
export const inTurn =
  (...answers: readonly Answer[]): Answer =>
  (response, number) =>
    answers[Math.min(number, answers.length) - 1]?.(response, number);

/** @param tls key and chain for HTTPS; absent: HTTP */
export async function startReceiver(
  answer: Answer,
  tls?: { readonly key: string; readonly chain: string },
): Promise<Receiver> {
  const got: Got[] = [];
  let connections = 0;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      got.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
      answer(response, got.length);
    });
  };
  const server =
    tls === undefined ? createServer(serve) : createTlsServer({ key: tls.key, cert: tls.chain }, serve);
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, got, connections: () => connections };
}
