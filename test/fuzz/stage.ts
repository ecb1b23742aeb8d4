/** A server on loopback that follows its script, one exchange at a time. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Script } from './script.ts';

/** A client that says nothing for so long is not waited for: the next turn comes. Milliseconds. */
const PATIENCE_MS = 15;
const LAST_BYTES_MS = 150;

/** What the server has really sent: the oracle looks at it. */
export interface Sent {
  /** Before TLS, or without it. */
  clear: Buffer[];
  /** Inside TLS. */
  secure: Buffer[];
  /** TLS handshakes that the server saw to their end. */
  handshakes: number;
  /** UDP. */
  datagrams: Buffer[];
}
export const nothingSent = (): Sent => ({ clear: [], secure: [], handshakes: 0, datagrams: [] });

export type Serve = (socket: Socket, sent: Sent) => void;

export interface Stage {
  readonly port: number;
  /** Serves connections in this way from now on, and begins a new account of what was sent. */
  set(serve: Serve): Sent;
  /** Resolves when every connection of the exchange is over. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The stream above a socket. Node forgets the descriptor of a socket that is destroyed before the TLSSocket above it. */
export const covered = new WeakMap<Socket, Duplex>();
const destroy = (socket: Socket): void => void (covered.get(socket) ?? socket).destroy();

export async function openStage(): Promise<Stage> {
  const sockets = new Set<Socket>();
  let serve: Serve = (socket) => socket.destroy();
  let sent = nothingSent();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => destroy(socket));
    socket.on('close', () => sockets.delete(socket));
    serve(socket, sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      serve = next;
      sent = nothingSent();
      return sent;
    },
    async empty() {
      for (let waited = 0; sockets.size > 0; waited += 5) {
        // A socket under a TLSSocket may end without a close event.
        for (const socket of sockets) if (socket.destroyed) sockets.delete(socket);
        if (sockets.size === 0) return;
        // The client is gone by now, and what it sent last is on its way; whoever is still here then waits for nobody.
        if (waited >= LAST_BYTES_MS) for (const socket of sockets) destroy(socket);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: async () => {
      for (const socket of sockets) destroy(socket);
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Plays a script on a stream: the next turn comes when the client has sent something, or after a short silence.
 *
 * @param raw    the TCP socket below, which is reset or ended
 * @param before asked before each turn; true when it has taken the stream over (STARTTLS)
 */
export function play(
  stream: Duplex,
  raw: Socket,
  script: Script,
  told: Buffer[],
  before: (turn: number) => boolean = () => false,
): void {
  let turn = 0;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
  };
  const write = (bytes: Buffer): void => {
    const size = script.slice === 0 ? bytes.length : Math.max(script.slice, Math.ceil(bytes.length / 40));
    for (let at = 0; at < bytes.length && !stream.destroyed; at += size) {
      const piece = bytes.subarray(at, at + size);
      told.push(piece);
      stream.write(piece);
    }
  };
  const next = (): void => {
    clearTimeout(timer);
    if (over || stream.destroyed) return;
    if (before(turn)) {
      stop();
      return;
    }
    const bytes = script.turns[turn];
    turn += 1;
    if (bytes !== undefined) write(bytes);
    if (turn < script.turns.length) timer = setTimeout(next, PATIENCE_MS);
    else finish();
  };
  const finish = (): void => {
    stop();
    if (script.end === 'fin') stream.end();
    // What was written must reach the client before the RST, or every such exchange would be one and the same.
    if (script.end === 'reset') setImmediate(() => raw.resetAndDestroy());
  };
  stream.on('data', () => {
    if (!over) next();
  });
  stream.on('end', () => {
    stop();
    stream.end();
  });
  stream.on('close', stop);
  stream.on('error', () => stream.destroy());
  if (script.speaksFirst) next();
  else timer = setTimeout(next, PATIENCE_MS * 4);
}
