/** A TLS server that some clients refuse: what it shows, and how it shakes hands. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';

export interface Site {
  /** Name that clients ask for. */
  readonly host: string;
  readonly port: number;
  /** Did a request come through, i.e. did the client go on after the handshake? */
  readonly asked: () => boolean;
  /** Resolves when a request came through, or a connection ended without one. */
  readonly settled: Promise<void>;
  readonly close: () => void;
}

const ignore = (): void => {};

export async function openSite(host: string, options: TlsOptions, staple?: Buffer): Promise<Site> {
  let asked = false;
  let settle: () => void = ignore;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const server = createServer({ ciphers: 'DEFAULT@SECLEVEL=0', ...options }, (socket) => {
    socket.on('error', ignore);
    socket.once('close', settle);
    socket.once('data', () => {
      asked = true;
      settle();
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  if (staple) {
    server.on('OCSPRequest', (_certificate, _issuer, done: (error: null, response: Buffer) => void) =>
      done(null, staple),
    );
  }
  server.on('tlsClientError', settle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { host, port, asked: () => asked, settled, close: () => server.close() };
}
