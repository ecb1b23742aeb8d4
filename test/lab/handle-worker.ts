/**
 * Makes listening sockets inside a network namespace and hands them to the parent process, which serves them: a socket
 * stays in the namespace in which it was made, whichever process holds it.
 */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import type { HandleReply, HandleRequest } from './host.ts';

function send(reply: HandleReply): void {
  process.send?.(reply);
}

function hand(reply: HandleReply, handle: Socket | Server): void {
  // Closed here once it is over there, or connections would be shared out between the two.
  process.send?.(reply, handle, {}, () => handle.close());
}

process.on('message', ({ id, transport, address, port }: HandleRequest) => {
  const fail = (error: Error): void => {
    send({ id, ok: false, error: error.message });
  };
  if (transport === 'udp') {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', fail);
    socket.bind(port, address, () => hand({ id, ok: true }, socket));
    return;
  }
  const server = createServer();
  server.once('error', fail);
  server.listen({ host: address, port, backlog: 511, exclusive: true }, () => hand({ id, ok: true }, server));
});
process.on('disconnect', () => process.exit(0));
