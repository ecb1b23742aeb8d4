/** A firewall on loopback that judges connections by the first bytes of the client. */
import { connect, type Socket } from 'node:net';
import { listen, type Peer } from './tcp-peers.ts';

/** What happens to a connection whose ClientHello does not pass. */
export type Verdict = 'pass' | 'swallow' | 'reset';

/**
 * Waits for a whole TLS record and asks what to do with it: `pass` hands the connection to `target` of 127.0.0.1, `swallow` leaves it
 * without an answer.
 *
 * @param judge gets the record, and how many came before it
 */
export function helloFilter(
  target: number,
  judge: (hello: Buffer, before: number) => Verdict,
): Promise<Peer> {
  let before = 0;
  return listen((socket) => {
    let hello = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      hello = Buffer.concat([hello, chunk]);
      if (hello.length < 5 || hello.length < 5 + hello.readUInt16BE(3)) return;
      socket.removeListener('data', onData);
      const verdict = judge(hello, before);
      before += 1;
      if (verdict === 'reset') socket.resetAndDestroy();
      if (verdict === 'pass') passOn(socket, hello, target);
    };
    socket.on('data', onData);
  });
}

function passOn(client: Socket, hello: Buffer, target: number): void {
  const server = connect(target, '127.0.0.1');
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.write(hello);
  client.pipe(server).pipe(client);
}

/** A rule by size: what is longer than one segment gets `otherwise`. */
export const upTo =
  (bytes: number, otherwise: Verdict) =>
  (hello: Buffer): Verdict =>
    hello.length > bytes ? otherwise : 'pass';

/** In front of a mail server: passes everything on, but of a ClientHello behind STARTTLS what `judge` lets through. */
export function mailFilter(
  target: number,
  judge: (bytes: number, before: number) => Exclude<Verdict, 'reset'>,
): Promise<Peer> {
  let before = 0;
  return listen((client) => {
    const server = connect(target, '127.0.0.1');
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    server.pipe(client);
    let verdict: Verdict | undefined;
    client.on('data', (chunk: Buffer) => {
      if (verdict === undefined && chunk[0] === HANDSHAKE) {
        verdict = judge(RECORD_HEADER + chunk.readUInt16BE(3), before);
        before += 1;
      }
      if (verdict !== 'swallow') server.write(chunk);
    });
  });
}

const HANDSHAKE = 22;
const RECORD_HEADER = 5;
