/** gnutls-serv: a TLS server that can do without RFC 5746, which OpenSSL can not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Issued } from '../certificates/authority.ts';
import { closedPort } from '../servers/tcp-peers.ts';

interface GnuTls {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Started, when it listens.
 *
 * @param says what it does behind the handshake: answers requests, or sends back what it gets
 */
export async function startGnuTls(
  { key, chain }: Issued,
  priority: string,
  says: 'http' | 'echo',
): Promise<GnuTls> {
  const folder = await mkdtemp(join(tmpdir(), 'gnutls-'));
  const [keyFile, chainFile] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
  await writeFile(keyFile, key);
  await writeFile(chainFile, chain);
  const port = await closedPort();
  const server = spawn('gnutls-serv', [
    ...['--port', String(port), '--x509keyfile', keyFile, '--x509certfile', chainFile],
    ...[`--${says}`, '--quiet', '--priority', priority],
  ]);
  await untilListening(port, server);
  return {
    port,
    async stop() {
      server.kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function untilListening(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`gnutls-serv ended with status ${server.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pause(20);
  }
}
