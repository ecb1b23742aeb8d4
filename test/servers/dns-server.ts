/** A DNS server on loopback, UDP and TCP on one port, whose zone is data. It answers as a recursive resolver does. */
import { createSocket, type Socket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { type Answer, decode, encode, type Packet, type RecordType, streamEncode } from 'dns-packet';

/** What one name holds, or how it misbehaves. A type that is not listed is NODATA; a name not in the zone NXDOMAIN. */
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
  readonly rcode?: 'SERVFAIL' | 'REFUSED' | 'NXDOMAIN' | 'NOTIMP' | 'FORMERR';
  /** Only this type misbehaves; absent: all do. */
  readonly onlyType?: string;
  readonly silent?: boolean;
  /** Answer a CNAME without what it points at, as an authoritative server does. */
  readonly withoutTarget?: boolean;
}
export type Zone = Readonly<Record<string, ZoneName>>;

export interface DnsServer {
  /** `127.0.0.1:PORT`, as `--dns` takes it. */
  readonly address: string;
  readonly queries: { readonly name: string; readonly type: string; readonly over: 'udp' | 'tcp' }[];
  close(): Promise<void>;
}

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
type Rcode = keyof typeof RCODES;
const AUTHORITATIVE_RECURSIVE = 0x0400 | 0x0100 | 0x0080;
const TRUNCATED = 0x0200;

/** @param port 0: a free one */
export async function startDnsServer(zone: Zone, port = 0): Promise<DnsServer> {
  const queries: DnsServer['queries'] = [];
  const seen = new Map<string, number>();

  function reply(request: Packet, over: 'udp' | 'tcp'): Packet | undefined {
    const question = request.questions?.[0];
    if (question === undefined) return undefined;
    const name = question.name.toLowerCase();
    queries.push({ name, type: question.type, over });
    const times = seen.get(`${name} ${question.type}`) ?? 0;
    seen.set(`${name} ${question.type}`, times + 1);
    const result = resolve(zone, name, question.type, times);
    if (result === undefined) return undefined;
    return {
      type: 'response',
      ...(request.id === undefined ? {} : { id: request.id }),
      flags: AUTHORITATIVE_RECURSIVE | RCODES[result.rcode],
      questions: [question],
      answers: result.answers,
    };
  }

  const tcp = createServer((socket) => serveTcp(socket, reply));
  await new Promise<void>((resolve) => tcp.listen(port, '127.0.0.1', resolve));
  const bound = (tcp.address() as AddressInfo).port;
  const udp = createSocket('udp4');
  udp.on('message', (message, peer) => {
    const packet = reply(decode(message), 'udp');
    if (packet === undefined) return;
    const bytes = encode(packet);
    const fits = bytes.length <= 512;
    const sent = fits ? bytes : encode({ ...packet, flags: (packet.flags ?? 0) | TRUNCATED, answers: [] });
    udp.send(sent, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => udp.bind(bound, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${bound}`, queries, close: () => close(tcp, udp) };
}

/** The answer section and response code for one question; `undefined` for silence. */
function resolve(
  zone: Zone,
  asked: string,
  type: RecordType | string,
  times: number,
): { rcode: Rcode; answers: Answer[] } | undefined {
  const answers: Answer[] = [];
  let name = asked;
  for (let hop = 0; hop < 10; hop += 1) {
    const entry = zone[name];
    if (entry === undefined) return { rcode: 'NXDOMAIN', answers };
    if (entry.onlyType === undefined || entry.onlyType === type) {
      if (entry.silent === true) return undefined;
      if (entry.rcode !== undefined) return { rcode: entry.rcode, answers: [] };
    }
    if (entry.CNAME !== undefined) {
      answers.push({ type: 'CNAME', name, ttl: 1, data: entry.CNAME });
      if (type === 'CNAME' || entry.withoutTarget === true) return { rcode: 'NOERROR', answers };
      name = entry.CNAME.toLowerCase();
      continue;
    }
    answers.push(...records(entry, name, type, times));
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
