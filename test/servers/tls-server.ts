import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterAll } from 'vitest';

/** Listens with TLS on a free port of 127.0.0.1 until the test file ends. Weak keys and old protocols are let through. */
export async function tlsServer(
  options: TlsOptions,
  serve: (socket: TLSSocket) => void = ignore,
): Promise<number> {
  const server = createServer({ ciphers: 'DEFAULT@SECLEVEL=0', ...options }, (socket) => {
    socket.on('error', ignore);
    socket.resume();
    serve(socket);
  });
  server.on('tlsClientError', ignore);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function ignore(): void {}
