import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface DatagramServer {
  readonly port: number;
  readonly requests: Buffer[];
  close(): Promise<void>;
}

/** Answers each datagram with those that `reply` makes of it. */
export async function startDatagramServer(
  reply: (request: Buffer) => readonly Uint8Array[],
  address = '127.0.0.1',
): Promise<DatagramServer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const requests: Buffer[] = [];
  socket.on('message', (message, peer) => {
    requests.push(message);
    for (const datagram of reply(message)) socket.send(datagram, peer.port, peer.address);
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    requests,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

export interface LongHeader {
  readonly version: number;
  readonly destination: Buffer;
  readonly source: Buffer;
  readonly end: number;
}

/** Reads the version-independent header of RFC 8999 §5.1. */
export function readLongHeader(datagram: Buffer): LongHeader {
  const destinationEnd = 6 + datagram.readUInt8(5);
  const sourceEnd = destinationEnd + 1 + datagram.readUInt8(destinationEnd);
  return {
    version: datagram.readUInt32BE(1),
    destination: datagram.subarray(6, destinationEnd),
    source: datagram.subarray(destinationEnd + 1, sourceEnd),
    end: sourceEnd,
  };
}

/** A packet to the sender of `request`, with its connection ids the other way round. */
export function answerTo(
  request: Buffer,
  version: number,
  body: Uint8Array,
  ids: Partial<Pick<LongHeader, 'destination' | 'source'>> = {},
): Buffer {
  const asked = readLongHeader(request);
  const destination = ids.destination ?? asked.source;
  const source = ids.source ?? asked.destination;
  const head = Buffer.alloc(5);
  head.writeUInt8(0xc0, 0);
  head.writeUInt32BE(version, 1);
  return Buffer.concat([
    head,
    Buffer.of(destination.length),
    destination,
    Buffer.of(source.length),
    source,
    body,
  ]);
}

/** Version Negotiation (RFC 9000 §17.2.1). */
export function versionNegotiation(
  request: Buffer,
  versions: readonly number[],
  ids?: Parameters<typeof answerTo>[3],
): Buffer {
  const list = Buffer.alloc(4 * versions.length);
  for (const [index, version] of versions.entries()) list.writeUInt32BE(version, 4 * index);
  return answerTo(request, 0, list, ids);
}
