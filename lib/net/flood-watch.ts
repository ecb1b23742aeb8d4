/**
 * Bounds how much may arrive on a socket whose bytes pass through none of our code: within a TLS session OpenSSL reads records,
 * session tickets and further handshakes for as long as a peer sends them.
 */
import type { Socket } from 'node:net';

/** Far more than any handshake and the answer that is read after it: together a few hundred kB at most. */
export const MAX_SOCKET_BYTES = 4 * 1024 * 1024;
/** How often the sockets are looked at, ms. */
const LOOK_MS = 50;

const watched = new Map<Socket, () => void>();
let timer: NodeJS.Timeout | undefined;

/** Calls `flooded` once when `socket` has received more than `MAX_SOCKET_BYTES`. Ends by itself when the socket closes. */
export function watchFlood(socket: Socket, flooded: () => void): void {
  if (watched.size === 0) {
    timer = setInterval(look, LOOK_MS);
    timer.unref();
  }
  watched.set(socket, flooded);
}

function look(): void {
  for (const [socket, flooded] of watched) {
    const isFlood = socket.bytesRead > MAX_SOCKET_BYTES;
    if (!isFlood && !socket.destroyed) continue;
    watched.delete(socket);
    if (isFlood && !socket.destroyed) flooded();
  }
  if (watched.size === 0) clearInterval(timer);
}
