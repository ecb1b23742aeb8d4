/** Small servers that do one thing, for faults that no real server makes and for hosts that only have to run. */
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';

/** A scripted server at all addresses of the place. */
export const serve = (made: string, port: number, script: (socket: Socket, place: Place) => void): Site => ({
  made,
  start: async (place, lab) => {
    for (const address of [...place.v4, ...place.v6])
      await lab.customer.listen(address, port, (socket) => script(socket, place));
  },
});

/** Sends first, as SSH, FTP and mail servers do. */
export const greeter = (port: number, words: string): Site =>
  serve('', port, (socket) => {
    socket.write(words);
    socket.resume();
  });

const response = (body: string, contentType = 'text/html; charset=utf-8'): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

const page = (place: Place, bytes: number): string =>
  `<!doctype html><title>${place.id}</title><p>This is ${place.host}.<p>${'x'.repeat(bytes)}`;

const answer = (socket: Socket, text: string): void => {
  let request = '';
  socket.on('data', (data: Buffer) => {
    request += data.toString('latin1');
    if (!request.includes('\r\n\r\n')) return;
    request = '';
    socket.end(text);
  });
};

/** A web page of its own, with padding. */
export const website = (port = 80, bytes = 0): Site =>
  serve('', port, (socket, place) => answer(socket, response(page(place, bytes))));

/** The same over TLS, with a good certificate for the place's name from an intermediate authority. */
export const secureWebsite = (port = 443, bytes = 0): Site => ({
  made: '',
  start: async (place, lab) => {
    const { key, chain } = await issueFor(place, lab);
    const secureContext = createSecureContext({ key, cert: chain });
    for (const address of [...place.v4, ...place.v6]) {
      await lab.customer.listen(address, port, (socket) => {
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on('error', () => socket.destroy());
        answer(secure, response(page(place, bytes)));
      });
    }
  },
});

async function issueFor(place: Place, lab: Lab): Promise<{ key: string; chain: string }> {
  const intermediate = await lab.once('intermediate authority', () =>
    lab.authority.intermediate({ subject: 'Inbound Check Lab CA 1' }),
  );
  return intermediate.issue({ names: [place.host], ip: [...place.v4, ...place.v6] });
}

/** A mail server as far as a check goes. */
export const mailGreeter = (port = 25): Site =>
  serve('', port, (socket, place) => {
    socket.write(`220 ${place.host} ESMTP\r\n`);
    socket.on('data', (data: Buffer) => {
      const verb = data.toString('latin1').slice(0, 4).toUpperCase();
      if (verb === 'EHLO') socket.write(`250-${place.host}\r\n250 SIZE 10240000\r\n`);
      else if (verb === 'QUIT') socket.end(`221 ${place.host} closes\r\n`);
      else socket.write('250 2.1.0 Ok\r\n');
    });
  });

/** Accepts and says nothing, whatever comes. */
export const hung = (port: number): Site =>
  serve('a service that accepts and never sends', port, (socket) => socket.resume());

/** Accepts and resets after a moment, as a load balancer without a backend does. */
export const resetter = (port: number): Site =>
  serve('a service that accepts and resets', port, (socket) => socket.resetAndDestroy());

/** Accepts and closes without a word (TCP wrappers, a full connection table). */
export const closer = (port: number): Site =>
  serve('a service that accepts and closes', port, (socket) => socket.end());

/** Resets the first connection of each source, and greets the next ones. */
export const flapping = (port: number, words: string): Site => {
  const known = new Set<string>();
  return serve('the first connection of each source is reset', port, (socket) => {
    const source = socket.remoteAddress ?? '';
    if (known.has(source)) {
      socket.write(words);
      socket.resume();
      return;
    }
    known.add(source);
    socket.resetAndDestroy();
  });
};
