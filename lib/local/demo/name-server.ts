import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** RFC 1035 §4.1.1. */
const HEADER_BYTES = 12;
const NXDOMAIN = 3;
const TYPE_A = 1;
const TYPE_NS = 2;

export interface NameServer {
  /** `address:port`, as --dns takes it. */
  readonly server: string;
  close(): Promise<void>;
}

/**
 * The demo's own DNS server, on loopback, so that the demo looks names up like any check and still asks no outside server.
 * It has one zone: every name at or under it has the A record 127.0.0.1 and nothing else. `com` has a name server, as the
 * control of a denial asks for it; other names don't exist.
 */
export async function startNameServer(zone: string): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, client) => {
    const reply = answer(query, zone);
    if (reply) socket.send(reply, client.port, client.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** The reply to one query, or `undefined` for anything but a query with one question. */
function answer(query: Buffer, zone: string): Buffer | undefined {
  if (query.length < HEADER_BYTES || query.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at]; length !== undefined && length > 0; length = query[at]) {
    if (length > 63) return undefined;
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const end = at + 1 + 4; // The root label, then QTYPE and QCLASS.
  if (end > query.length) return undefined;
  const name = labels.join('.');
  const own = name === zone || name.endsWith(`.${zone}`);
  const known = own || name === 'com';
  const found = known && query.readUInt16BE(at + 1) === (own ? TYPE_A : TYPE_NS);
  const header = Buffer.from(query.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0x8580 | (known ? 0 : NXDOMAIN), 2); // A response, authoritative, recursion desired and available.
  header.writeUInt16BE(found ? 1 : 0, 6);
  header.writeUInt32BE(0, 8); // No authority and no additional records: the query's EDNS option is left out.
  // The name as a pointer to the question (§4.1.4), type, class IN, 60 s, then for A four bytes: 127.0.0.1; for NS the
  // label `ns` before the question's name.
  const data = own ? 'c00c000100010000003c00047f000001' : 'c00c000200010000003c0005026e73c00c';
  const record = found ? Buffer.from(data, 'hex') : Buffer.alloc(0);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end), record]);
}
