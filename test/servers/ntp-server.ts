import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface NtpServer {
  readonly port: number;
  readonly requests: Buffer[];
  close(): Promise<void>;
}

/** Answers a request with the datagrams that `reply` makes of it. */
export async function startNtpServer(
  reply: (request: Buffer) => readonly Uint8Array[],
  address = '127.0.0.1',
): Promise<NtpServer> {
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

/** A server packet (RFC 5905 §7.3) that answers `request`; `offsetMs` is how far this server's clock is ahead. */
export function serverPacket(
  request: Buffer,
  fields: { stratum?: number; referenceId?: string; offsetMs?: number; mode?: number; leap?: number } = {},
): Buffer {
  const packet = Buffer.alloc(48);
  packet[0] = ((fields.leap ?? 0) << 6) | (4 << 3) | (fields.mode ?? 4);
  packet[1] = fields.stratum ?? 2;
  packet.set(Buffer.from(fields.referenceId ?? '\xc0\x00\x02\x01', 'latin1').subarray(0, 4), 12);
  packet.set(request.subarray(40, 48), 24);
  const now = (Date.now() + (fields.offsetMs ?? 0)) / 1_000 + 2_208_988_800;
  for (const at of [32, 40]) {
    packet.writeUInt32BE(Math.floor(now), at);
    packet.writeUInt32BE(Math.floor((now % 1) * 2 ** 32), at + 4);
  }
  return packet;
}
