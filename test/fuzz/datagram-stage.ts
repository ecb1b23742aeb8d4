/** UDP on loopback: DNS answers, NTP and QUIC packets made true to the request and then changed. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Packet } from 'dns-packet';
import { serverPacket } from '../servers/ntp-server.ts';
import { answerTo, versionNegotiation } from '../servers/quic-server.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { DNS_ANSWERS } from './script.ts';
import { nothingSent, type Sent } from './stage.ts';

export type Reply = (request: Buffer) => readonly Buffer[];

export interface DatagramStage {
  readonly port: number;
  set(reply: Reply): Sent;
  close(): Promise<void>;
}

export async function openDatagramStage(): Promise<DatagramStage> {
  const socket = createSocket('udp4');
  let reply: Reply = () => [];
  let sent = nothingSent();
  socket.on('message', (request, peer) => {
    for (const datagram of reply(request)) {
      sent.datagrams.push(datagram);
      socket.send(datagram, peer.port, peer.address);
    }
  });
  // The prober may be gone already: its ICMP error is no news.
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    set(next) {
      reply = next;
      sent = nothingSent();
      return sent;
    },
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** How one exchange over UDP goes. */
export interface DatagramScript {
  readonly from: string;
  readonly unchanged: boolean;
  readonly reply: Reply;
}

const RECORDED_DNS = DNS_ANSWERS.map(({ name, turns: [bytes] }) => ({
  name,
  packet: decode(bytes ?? Buffer.alloc(0)),
}));

/** Names that dnsmasq knew when it was recorded. */
export const DNS_NAMES = [
  'www.example.com',
  'two.example.com',
  'alias.example.com',
  'second.example.com',
  'example.com',
  'gone.example.com',
] as const;

const DNS_WORDS = [
  'c00c',
  'c00cc00c',
  '00010001',
  '001c0001',
  '00050001',
  'ffff',
  '8180',
  '8183',
  '8182',
  '8380',
  '7f000001',
  '03777777',
].map((hex) => Buffer.from(hex, 'hex'));

/** An answer of dnsmasq to the same question, or to another one, under the id that was asked with. */
export function drawDns(random: Random): DatagramScript {
  const unchanged = random.chance(0.08);
  const silent = !unchanged && random.chance(0.02);
  const wrongId = !unchanged && random.chance(0.02);
  const changes = !unchanged && random.chance(0.85);
  return {
    from: 'dnsmasq',
    unchanged,
    reply(request) {
      if (silent) return [];
      const asked = questionOf(request);
      const own = RECORDED_DNS.find(
        ({ name }) => name === `dnsmasq, ${asked?.type} ${asked?.name.toLowerCase()}`,
      );
      const { packet } = own ?? (unchanged ? { packet: NO_DATA } : random.pick(RECORDED_DNS));
      const id = request.length >= 2 ? request.readUInt16BE(0) : 0;
      const answer = encode({ ...packet, id, ...(asked && { questions: [asked] }) });
      if (!changes) return [answer];
      const changed = Buffer.from(mutate(answer, random, DNS_WORDS).subarray(0, 4_000));
      if (!wrongId && changed.length >= 2) changed.writeUInt16BE(id, 0);
      return random.chance(0.1) ? [changed, answer] : [changed];
    },
  };
}
const NO_DATA: Packet = { type: 'response', flags: 0x0580 };

function questionOf(request: Buffer): NonNullable<Packet['questions']>[number] | undefined {
  try {
    return decode(request).questions?.[0];
  } catch {
    return undefined;
  }
}

export function drawNtp(random: Random): DatagramScript {
  const unchanged = random.chance(0.08);
  const silent = !unchanged && random.chance(0.02);
  const keepsOrigin = random.chance(0.7);
  const copies = random.chance(0.1) ? 12 : 1;
  const fields = {
    stratum: random.pick([0, 1, 2, 15, 16, 255]),
    referenceId: random.pick(['RATE', 'DENY', 'GPS\0', '\0\0\0\0', '\x1b[2J']),
  };
  return {
    from: 'RFC 5905 §7.3',
    unchanged,
    reply(request) {
      if (silent) return [];
      if (unchanged) return [serverPacket(request)];
      return Array.from({ length: copies }, () => {
        const changed = Buffer.from(mutate(serverPacket(request, fields), random).subarray(0, 4_000));
        if (keepsOrigin && changed.length >= 48 && request.length >= 48)
          changed.set(request.subarray(40, 48), 24);
        return changed;
      });
    },
  };
}

export function drawQuic(random: Random): DatagramScript {
  const unchanged = random.chance(0.08);
  const silent = !unchanged && random.chance(0.02);
  const copies = random.chance(0.1) ? 12 : 1;
  const negotiates = random.chance(0.7);
  const versions = random.pick([
    [1],
    [1, 0x6b3343cf],
    [0x1a2a3a4a],
    [],
    Array.from({ length: 300 }, (_, i) => i),
  ]);
  return {
    from: 'RFC 9000 §17.2',
    unchanged,
    reply(request) {
      if (silent) return [];
      if (unchanged) return [versionNegotiation(request, [1])];
      const answer = negotiates
        ? versionNegotiation(request, versions)
        : answerTo(request, random.pick([1, 2, 0xff00001d]), Buffer.alloc(60, 3));
      return Array.from({ length: copies }, () => Buffer.from(mutate(answer, random).subarray(0, 4_000)));
    },
  };
}
