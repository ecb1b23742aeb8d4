/** A DNS server on loopback, UDP and TCP on one port, whose zone is data. It answers as a recursive resolver does. */
import type { Socket } from 'node:dgram';
import type { Server, Socket as TcpSocket } from 'node:net';
import { type Answer, decode, encode, type Packet, type RecordType, streamEncode } from 'dns-packet';
import { bindDnsPort } from './dns-port.ts';

/**
 * What one name holds, or how it misbehaves. A type that is not listed is NODATA; a name not in the zone NXDOMAIN. What
 * every resolver of the internet knows (`KNOWN_TO_ALL`) is known without being listed; `*` means every other name.
 */
export interface ZoneName {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly CNAME?: string;
  readonly MX?: readonly { readonly preference: number; readonly exchange: string }[];
  readonly TXT?: readonly string[];
  readonly NS?: readonly string[];
  readonly PTR?: readonly string[];
  /** Rebinding: the first A query gets `A`, each later one this. */
  readonly laterA?: readonly string[];
  readonly rcode?: Exclude<Rcode, 'NOERROR'>;
  /** Only this type misbehaves; absent: all do. */
  readonly onlyType?: string;
  readonly silent?: boolean;
  /** A referral: NOERROR, nothing but the NS record of this zone, without AA. */
  readonly refersTo?: string;
  /** The records of the question's type belong to this name in place of the one that was asked for. */
  readonly ownedBy?: string;
  /** Answer a CNAME without what it points at, as an authoritative server does. */
  readonly withoutTarget?: boolean;
}
export type Zone = Readonly<Record<string, ZoneName>>;

/** What a resolver that reaches the internet knows, in so far as the tool asks for it. */
export const KNOWN_TO_ALL: Zone = {
  '.': { NS: ['a.root-servers.net', 'b.root-servers.net'] },
  com: { NS: ['a.gtld-servers.net'] },
};

export interface DnsServer {
  /** `127.0.0.1:PORT`, as `--dns` takes it. */
  readonly address: string;
  readonly queries: {
    readonly id: number | undefined;
    readonly name: string;
    readonly type: string;
    readonly over: 'udp' | 'tcp';
  }[];
  close(): Promise<void>;
}

const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
} as const;
type Rcode = keyof typeof RCODES;
const AUTHORITATIVE_RECURSIVE = 0x0400 | 0x0100 | 0x0080;
const RECURSION_DESIRED = 0x0100;
const TRUNCATED = 0x0200;
/** RFC 6891 §6.2.5: what a client without EDNS takes. */
const PLAIN_SIZE = 512;

/** @param port 0: a free one */
export async function startDnsServer(zone: Zone, port = 0): Promise<DnsServer> {
  const queries: DnsServer['queries'] = [];
  const seen = new Map<string, number>();

  function reply(request: Packet, over: 'udp' | 'tcp'): Packet | undefined {
    const question = request.questions?.[0];
    if (question === undefined) return undefined;
    const name = question.name.toLowerCase();
    queries.push({ id: request.id, name, type: question.type, over });
    const times = seen.get(`${name} ${question.type}`) ?? 0;
    seen.set(`${name} ${question.type}`, times + 1);
    const result = resolve(zone, name, question.type, times);
    if (result === undefined) return undefined;
    return {
      type: 'response',
      ...(request.id === undefined ? {} : { id: request.id }),
      flags:
        (result.authorities === undefined ? AUTHORITATIVE_RECURSIVE : RECURSION_DESIRED) |
        RCODES[result.rcode],
      questions: [question],
      answers: result.answers,
      ...(result.authorities && { authorities: result.authorities }),
    };
  }

  const { tcp, udp, port: bound } = await bindDnsPort(port);
  tcp.on('connection', (socket) => serveTcp(socket, reply));
  udp.on('message', (message, peer) => {
    const request = decode(message);
    const packet = reply(request, 'udp');
    if (packet === undefined) return;
    const bytes = encode(packet);
    const options = request.additionals?.find((record) => record.type === 'OPT');
    const fits = bytes.length <= (options?.type === 'OPT' ? options.udpPayloadSize : PLAIN_SIZE);
    const sent = fits ? bytes : encode({ ...packet, flags: (packet.flags ?? 0) | TRUNCATED, answers: [] });
    udp.send(sent, peer.port, peer.address);
  });
  return { address: `127.0.0.1:${bound}`, queries, close: () => close(tcp, udp) };
}

/** The answer section and response code for one question; `undefined` for silence. */
function resolve(
  zone: Zone,
  asked: string,
  type: RecordType | string,
  times: number,
): { rcode: Rcode; answers: Answer[]; authorities?: Answer[] } | undefined {
  const answers: Answer[] = [];
  let name = asked;
  for (let hop = 0; hop < 10; hop += 1) {
    const entry = zone[name] ?? zone['*'] ?? KNOWN_TO_ALL[name];
    if (entry === undefined) return { rcode: 'NXDOMAIN', answers };
    if (entry.onlyType === undefined || entry.onlyType === type) {
      if (entry.silent === true) return undefined;
      if (entry.rcode !== undefined) return { rcode: entry.rcode, answers: [] };
      if (entry.refersTo !== undefined) {
        const to = entry.refersTo;
        return {
          rcode: 'NOERROR',
          answers: [],
          authorities: [{ type: 'NS', name: to, ttl: 1, data: `a.nic.${to}` }],
        };
      }
    }
    if (entry.CNAME !== undefined) {
      answers.push({ type: 'CNAME', name, ttl: 1, data: entry.CNAME });
      if (type === 'CNAME' || entry.withoutTarget === true) return { rcode: 'NOERROR', answers };
      name = entry.CNAME.toLowerCase();
      continue;
    }
    answers.push(...records(entry, entry.ownedBy ?? name, type, times));
    return { rcode: 'NOERROR', answers };
  }
  return { rcode: 'SERVFAIL', answers: [] };
}

function records(entry: ZoneName, name: string, type: string, times: number): Answer[] {
  const ttl = 1;
  switch (type) {
    case 'A':
      return ((times > 0 ? entry.laterA : undefined) ?? entry.A ?? []).map((data) => ({
        type: 'A',
        name,
        ttl,
        data,
      }));
    case 'AAAA':
      return (entry.AAAA ?? []).map((data) => ({ type: 'AAAA', name, ttl, data }));
    case 'MX':
      return (entry.MX ?? []).map((data) => ({ type: 'MX', name, ttl, data: { ...data } }));
    case 'TXT':
      return (entry.TXT ?? []).map((text) => ({
        type: 'TXT',
        name,
        ttl,
        data: text.match(/.{1,255}/gs) ?? [''],
      }));
    case 'NS':
      return (entry.NS ?? []).map((data) => ({ type: 'NS', name, ttl, data }));
    case 'PTR':
      return (entry.PTR ?? []).map((data) => ({ type: 'PTR', name, ttl, data }));
    default:
      return [];
  }
}

function serveTcp(socket: TcpSocket, reply: (request: Packet, over: 'tcp') => Packet | undefined): void {
  let buffered = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
      const length = buffered.readUInt16BE(0);
      const packet = reply(decode(buffered.subarray(2, 2 + length)), 'tcp');
      buffered = buffered.subarray(2 + length);
      if (packet !== undefined) socket.write(streamEncode(packet));
    }
  });
}

async function close(tcp: Server, udp: Socket): Promise<void> {
  await new Promise<void>((resolve) => udp.close(() => resolve()));
  await new Promise<void>((resolve) => tcp.close(() => resolve()));
}
