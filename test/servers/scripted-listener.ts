/** A listener in a few lines, written from the exchange alone: what the prober has to understand, without the code of `listen`. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { type ListenerCode, readListenerCode } from '../../lib/kinds/listener/code.ts';
import {
  type Challenge,
  proofLine,
  readChallenge,
  runKey,
  sessionExporter,
} from '../../lib/kinds/listener/proof.ts';
import { hostPort } from '../../lib/net/host-port.ts';

/** A code for tests, as people read it and as the programs have it. */
export const CODE_TEXT = '9WE9-MV97-PE75-A0P7-6';
export const CODE = codeOf(CODE_TEXT);
export const OTHER_CODE = codeOf('T7M0-PFVA-JHE7-EA7E-Y');

function codeOf(text: string): ListenerCode {
  const code = readListenerCode(text);
  if (code === undefined) throw new Error(`${text} is no code`);
  return code;
}

export interface ListenerScript {
  readonly speech: 'http' | 'smtp' | 'line';
  /** Default `CODE`. */
  readonly code?: ListenerCode;
  /** Takes the place of the proof line; `undefined` gives an answer without one. */
  readonly line?: (own: string, challenge: Challenge, socket: Socket) => string | undefined;
  /** Key and certificate: TLS from the first byte. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** In place of what a listener without TLS says to a TLS hello: a device on the way. */
  readonly toHello?: (socket: Socket) => void;
}

export interface ScriptedListener {
  readonly port: number;
  /** The first lines with a challenge, as they came. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

export async function scriptedListener(
  script: ListenerScript,
  address = '127.0.0.1',
  port = 0,
): Promise<ScriptedListener> {
  const sockets = new Set<Socket>();
  const heard: string[] = [];
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    converse(socket, script, heard);
  };
  const server = script.tls === undefined ? createServer(serve) : createTlsServer({ ...script.tls }, serve);
  server.on('tlsClientError', () => undefined);
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function converse(socket: Socket, script: ListenerScript, heard: string[]): void {
  let text = '';
  if (script.speech === 'smtp') socket.write('220 listener.invalid ESMTP\r\n');
  const onData = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    // A TLS handshake (RFC 8446 §5.1), which is no text; the listeners without TLS answer so.
    if (text.startsWith('\x16')) {
      if (script.toHello !== undefined) script.toHello(socket);
      else socket.end(script.speech === 'smtp' ? '' : 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
      return;
    }
    if (script.speech === 'http' ? !text.includes('\r\n\r\n') : !text.includes('\n')) return;
    const challenge = readChallenge(text);
    // Nothing else is waited for, as with the real one.
    if (challenge === undefined) return void socket.end();
    heard.push(text.slice(0, text.indexOf('\r')));
    socket.off('data', onData).resume();
    answer(socket, script, challenge);
  };
  socket.on('data', onData);
}

function answer(socket: Socket, script: ListenerScript, challenge: Challenge): void {
  const own = proofLine(
    runKey(script.code ?? CODE, challenge.run),
    challenge,
    {
      destination: hostPort(socket.localAddress ?? '', socket.localPort ?? 0),
      source: hostPort(socket.remoteAddress ?? '', socket.remotePort ?? 0),
      time: 1_800_000_000,
    },
    socket instanceof TLSSocket ? sessionExporter(socket) : undefined,
  );
  const line = script.line === undefined ? own : script.line(own, challenge, socket);
  switch (script.speech) {
    case 'http': {
      const body = line === undefined ? 'It works!\n' : `${line}\n`;
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      return;
    }
    case 'smtp':
      socket.write(
        line === undefined
          ? `250 listener.invalid greets ${challenge.nonce}\r\n`
          : `250-listener.invalid\r\n250 ${line}\r\n`,
      );
      return;
    case 'line':
      socket.end(`${line ?? 'hello'}\r\n`);
      return;
  }
}
