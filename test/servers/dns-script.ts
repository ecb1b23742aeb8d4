/** A DNS server on loopback that answers with whatever bytes a test gives: by UDP, and by TCP on the same port. */
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Packet } from 'dns-packet';
import { bindDnsPort } from './dns-port.ts';

export interface Asked {
  readonly request: Packet & { readonly id: number };
  readonly bytes: Buffer;
  readonly over: 'udp' | 'tcp';
  /** The asker's. */
  readonly port: number;
}

export interface DnsScript {
  readonly address: string;
  readonly port: number;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** Messages to send, in order; none for silence. `from` sends by another socket than the one that was asked. */
export type Answer = (
  asked: Asked,
) => readonly (Buffer | { readonly bytes: Buffer; readonly from: Socket })[];

export async function startDnsScript(answer: Answer, options: { tcp?: boolean } = {}): Promise<DnsScript> {
  const asked: Asked[] = [];
  const heard = (bytes: Buffer, over: Asked['over'], port: number) => {
    const request = decode(bytes);
    const one = { request: { ...request, id: request.id ?? 0 }, bytes, over, port };
    asked.push(one);
    return answer(one);
  };
  const { tcp, udp, port } = await bindDnsPort();
  tcp.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (all) => {
      for (const message of heard(all.subarray(2), 'tcp', socket.remotePort ?? 0)) {
        const bytes = Buffer.isBuffer(message) ? message : message.bytes;
        const length = Buffer.alloc(2);
        length.writeUInt16BE(bytes.length);
        socket.write(Buffer.concat([length, bytes]));
      }
    });
  });
  if (options.tcp === false) tcp.close();
  // The asker may be gone already: its ICMP error is no news.
  udp.on('error', () => undefined);
  udp.on('message', (bytes, peer) => {
    for (const message of heard(bytes, 'udp', peer.port)) {
      if (Buffer.isBuffer(message)) udp.send(message, peer.port, peer.address);
      else message.from.send(message.bytes, peer.port, peer.address);
    }
  });
  return {
    address: `127.0.0.1:${port}`,
    port,
    asked,
    close: async () => {
      udp.close();
      if (tcp.listening) tcp.close();
      await once(udp, 'close');
    },
  };
}

const RECURSIVE = 0x0180;

/** A true answer to the question, with what is changed. */
export function answerTo({ request }: Asked, changes: Partial<Packet> = {}): Buffer {
  const { flags = 0, ...others } = changes;
  return encode({
    type: 'response',
    id: request.id,
    questions: request.questions ?? [],
    flags: RECURSIVE | flags,
    ...others,
  });
}
