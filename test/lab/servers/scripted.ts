/** Faults that no real server can be configured to have: small listeners, each a few lines. */
import type { Socket } from 'node:net';
import type { Place, Site } from '../case.ts';

/** @param made what it is, for the table */
export function scripted(made: string, port: number, serve: (socket: Socket, place: Place) => void): Site {
  return {
    made: `scripted: ${made}`,
    start: async (place, lab) => {
      for (const address of [...place.v4, ...place.v6])
        await lab.customer.listen(address, port, (socket) => serve(socket, place));
    },
  };
}

/** Accepts, reads and says nothing. */
export const silent = (port: number): Site =>
  scripted('accepts and stays silent', port, (socket) => socket.resume());

/** RST in answer to the first bytes, or immediately after the handshake for servers that should send first. */
export const resetsOnFirstBytes = (port: number): Site =>
  scripted('RST in answer to the first bytes', port, (socket) =>
    socket.once('data', () => socket.resetAndDestroy()),
  );
export const resetsSoon = (port: number): Site =>
  scripted('RST soon after the handshake', port, (socket) => {
    socket.resume();
    setTimeout(() => socket.resetAndDestroy(), 50);
  });

/** Sends `bytes` once the client has sent something, and closes. */
export const answers = (made: string, port: number, bytes: string | Uint8Array): Site =>
  scripted(made, port, (socket) => socket.once('data', () => socket.end(bytes)));

/** Says `bytes` first and goes on listening. */
export const greets = (made: string, port: number, bytes: string): Site =>
  scripted(made, port, (socket) => {
    socket.write(bytes);
    socket.resume();
  });

/** What a scripted mail server says, by the client's verb; `close`: then FIN, `reset`: then RST. */
export interface Dialogue {
  readonly greeting: string;
  readonly replies: Readonly<Record<string, string>>;
  readonly otherwise?: string;
  /** Once this has been answered the listener does as named. */
  readonly after?: { readonly verb: string; readonly does: 'close' | 'reset' | 'garbage' };
}

/** A mail server by a table of replies, line by line as RFC 5321 §4.2 has them. */
export function mailDialogue(made: string, port: number, dialogue: (place: Place) => Dialogue): Site {
  return scripted(made, port, (socket, place) => {
    const {
      greeting,
      replies,
      otherwise = '502 5.5.2 Error: command not recognized',
      after,
    } = dialogue(place);
    let pending = '';
    socket.write(`${greeting}\r\n`);
    socket.on('data', (bytes) => {
      pending += bytes.toString('latin1');
      for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
        const verb = /^[A-Za-z]*/.exec(pending)?.[0].toUpperCase() ?? '';
        pending = pending.slice(end + 1);
        const reply = verb === 'QUIT' ? '221 2.0.0 Bye' : (replies[verb] ?? otherwise);
        socket.write(`${reply.replaceAll('\n', '\r\n')}\r\n`);
        if (verb === 'QUIT') socket.end();
        if (after?.verb !== verb) continue;
        socket.removeAllListeners('data');
        if (after.does === 'close') socket.end();
        else if (after.does === 'reset') setTimeout(() => socket.resetAndDestroy(), 50);
        else socket.once('data', () => socket.end('this is no TLS record\r\n'));
        return;
      }
    });
  });
}
